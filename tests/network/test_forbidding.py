"""The guard itself works: what would leave the machine is refused and recorded."""

import subprocess
import sys
import textwrap

import pytest

# TEST-NET-1 and its IPv6 sibling are documentation addresses; .invalid is never resolved.
ATTEMPTS = {
    "connect 192.0.2.1": "socket.create_connection(('192.0.2.1', 80), timeout=5)",
    "connect 2001:db8::1": ("socket.socket(socket.AF_INET6).connect(('2001:db8::1', 80))"),
    "sendto 192.0.2.1": (
        "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 9))"
    ),
    "sendmsg 192.0.2.1": (
        "socket.socket(type=socket.SOCK_DGRAM).sendmsg([b'x'], [], 0, ('192.0.2.1', 9))"
    ),
    "getaddrinfo telemetry.invalid": "socket.getaddrinfo('telemetry.invalid', 443)",
}

BY_PYTHON = {
    **ATTEMPTS,
    "gethostbyname telemetry.invalid": "socket.gethostbyname('telemetry.invalid')",
}

BY_C = {
    **ATTEMPTS,
    "gethostbyname telemetry.invalid": (
        "import ctypes; found = ctypes.CDLL(None).gethostbyname(b'telemetry.invalid'); "
        "raise OSError('not found' if not found else found)"
    ),
}

TALK_TO_THIS_MACHINE = """
    import socket
    server = socket.create_server(("127.0.0.1", 0))
    port = server.getsockname()[1]
    for name in ("127.0.0.1", "localhost"):
        with socket.create_connection((name, port), timeout=5) as client:
            client.sendall(b"hello")
    socket.getaddrinfo("127.0.0.1", port)
"""


def run(script, environment, *options):
    return subprocess.run(
        [sys.executable, *options, "-c", textwrap.dedent(script)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def offline(offline_in, tmp_path):
    """Return the guarded environment of one test."""
    return offline_in(tmp_path)


@pytest.mark.parametrize(("line", "attempt"), BY_PYTHON.items())
def test_python_is_refused_and_recorded(offline, line, attempt):
    environment = {**offline.environment, "LD_PRELOAD": ""}

    done = run(f"import socket; {attempt}", environment)

    assert "OSError" in done.stderr
    assert offline.attempts == [f"{line} by Python"]


@pytest.mark.parametrize(("line", "attempt"), BY_C.items())
def test_compiled_code_is_refused_and_recorded(offline, forbidding_library, line, attempt):
    """Isolated (-I), Python does not load the hook: only the C library stands guard."""
    if forbidding_library is None:
        pytest.skip("needs Linux and a C compiler (cc)")

    done = run(f"import socket; {attempt}", offline.environment, "-I")

    assert done.returncode != 0
    (attempted,) = offline.attempts
    assert attempted.startswith(f"{line} by python")


def test_what_stays_on_this_machine_is_let_through(offline):
    done = run(TALK_TO_THIS_MACHINE, offline.environment)

    assert done.returncode == 0, done.stderr
    assert offline.attempts == []
