"""Refuse and record every way out of this machine that Python's own sockets take.

Python imports this module by itself where its folder is on PYTHONPATH. Without
FORBIDDEN_RECORD in the environment it does nothing.
"""

import errno
import ipaddress
import os
import socket
import sys

RECORD = os.environ.get("FORBIDDEN_RECORD")

LOOKS_UP = ("socket.getaddrinfo", "socket.gethostbyname")

SENDS = ("socket.connect", "socket.sendto", "socket.sendmsg")


def is_outside(host):
    """Return whether `host` is a number that is not loopback."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return not (mapped or address).is_loopback


def is_foreign_name(host):
    """Return whether `host` has to be looked up."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host not in ("", "localhost", socket.gethostname())
    return False


def watch(event, args):
    """Raise, as on a computer without a network, where `event` leaves this machine."""
    if event in LOOKS_UP:
        host = args[0].decode() if isinstance(args[0], bytes) else args[0]
        if isinstance(host, str) and is_foreign_name(host):
            refuse(event, host)
    elif event in SENDS and isinstance(args[1], tuple):
        host = args[1][0]
        if isinstance(host, str) and (is_outside(host) or is_foreign_name(host)):
            refuse(event, host)


def refuse(event, host):
    """Write one line, then fail."""
    with open(RECORD, "a", encoding="utf-8") as record:
        record.write(f"{event.removeprefix('socket.')} {host} by Python\n")
    raise OSError(errno.ENETUNREACH, "forbidden by the test", host)


if RECORD:
    sys.addaudithook(watch)
