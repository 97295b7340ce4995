/* Refuses and records every way out of this machine; loaded with LD_PRELOAD.
 *
 * A call to anything but loopback fails as on a computer without a network, and leaves one
 * line in the file named by FORBIDDEN_RECORD. Catches compiled libraries too, which no hook
 * inside Python sees. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static void record(const char *call, const char *target) {
    const char *path = getenv("FORBIDDEN_RECORD");
    char line[512];
    int length, file;
    if (path == NULL) return;
    length = snprintf(line, sizeof line, "%s %s by %s\n", call, target,
                      program_invocation_short_name);
    file = open(path, O_WRONLY | O_APPEND | O_CREAT, 0600);
    if (file < 0) abort();
    if (write(file, line, length) != length) abort();
    close(file);
}

/* 1 where the address is outside this machine; its text goes to `text`. */
static int is_outside(const struct sockaddr *address, char *text, size_t size) {
    if (address == NULL) return 0;
    if (address->sa_family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)address;
        inet_ntop(AF_INET, &v4->sin_addr, text, size);
        return (ntohl(v4->sin_addr.s_addr) >> 24) != 127;
    }
    if (address->sa_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)address;
        inet_ntop(AF_INET6, &v6->sin6_addr, text, size);
        if (IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr)) return v6->sin6_addr.s6_addr[12] != 127;
        return !IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
    }
    return 0;
}

static int is_refused(const char *call, const struct sockaddr *address) {
    char text[INET6_ADDRSTRLEN] = "";
    if (!is_outside(address, text, sizeof text)) return 0;
    record(call, text);
    errno = ENETUNREACH;
    return 1;
}

/* 1 for a name that has to be looked up; numbers and this machine's own names are not. */
static int is_foreign_name(const char *call, const char *name) {
    unsigned char number[sizeof(struct in6_addr)];
    char host[256] = "";
    if (name == NULL || *name == '\0' || strcmp(name, "localhost") == 0) return 0;
    if (inet_pton(AF_INET, name, number) == 1) return 0;
    if (inet_pton(AF_INET6, name, number) == 1) return 0;
    gethostname(host, sizeof host - 1);
    if (strcmp(name, host) == 0) return 0;
    record(call, name);
    return 1;
}

int connect(int fd, const struct sockaddr *address, socklen_t length) {
    if (is_refused("connect", address)) return -1;
    return REAL(connect)(fd, address, length);
}

ssize_t sendto(int fd, const void *data, size_t size, int flags,
               const struct sockaddr *address, socklen_t length) {
    if (is_refused("sendto", address)) return -1;
    return REAL(sendto)(fd, data, size, flags, address, length);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
    if (is_refused("sendmsg", message->msg_name)) return -1;
    return REAL(sendmsg)(fd, message, flags);
}

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
                struct addrinfo **found) {
    if (is_foreign_name("getaddrinfo", name)) return EAI_FAIL;
    return REAL(getaddrinfo)(name, service, hints, found);
}

struct hostent *gethostbyname(const char *name) {
    if (is_foreign_name("gethostbyname", name)) return NULL;
    return REAL(gethostbyname)(name);
}

int gethostbyname_r(const char *name, struct hostent *entry, char *buffer, size_t size,
                    struct hostent **found, int *error) {
    if (is_foreign_name("gethostbyname", name)) {
        *found = NULL;
        *error = NO_RECOVERY;
        return -1;
    }
    return REAL(gethostbyname_r)(name, entry, buffer, size, found, error);
}
