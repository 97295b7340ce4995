"""Run a module that ends with whoever holds the other end of standard input."""

import os
import runpy
import sys
import threading


def end_with_owner():
    """Wait until standard input is closed, as it is when the owner was killed."""
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=end_with_owner, daemon=True).start()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
