"""Work that other processes import: each function does one item."""

import os
import signal
import threading
from pathlib import Path


def square(item, *, progress):
    progress(0.5, f"squaring {item}")
    return item * item


def fail_at_three(item, *, progress):
    if item == 3:
        raise ValueError("three is no good")
    return item


def process_id(item, *, progress):
    """Return the process that does the work, once another one has done some too."""
    folder = Path(item)
    (folder / str(os.getpid())).touch()
    while len(list(folder.iterdir())) < 2:
        progress(0.0, "waiting for the other")
        threading.Event().wait(0.01)
    return os.getpid()


def die_once(item, *, progress):
    """Kill the process that does the fourth item, the first time."""
    folder, number = item
    if number == 3 and not (folder / "died").exists():
        (folder / "died").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def die(item, *, progress):
    os.kill(os.getpid(), signal.SIGKILL)


def wait_to_be_stopped(item, *, progress):
    Path(item).touch()
    while True:
        progress(0.0, "still here")
        threading.Event().wait(0.01)
