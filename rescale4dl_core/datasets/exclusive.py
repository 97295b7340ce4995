"""One job at a time in a folder, so that none takes the other's files for its own."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from rescale4dl_core.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILE_NAME = ".rescale4dl.lock"
_TAKEN = (errno.EAGAIN, errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK)


@contextmanager
def only_job_in(folder: Path) -> Iterator[None]:
    """Hold `folder` for the length of the block; a job that is killed lets go of it.

    Raises
    ------
    OutputError
        If another job is at work there, or the folder cannot be made.
    """
    path = folder / FILE_NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise OutputError(
            f"{folder} cannot be written ({error.strerror}). Choose another folder."
        ) from error
    try:
        if not _locked(handle) or not _is_still(path, handle):
            raise OutputError(
                f"Another job is writing into {folder}. Wait until it is done, or choose "
                "another folder."
            )
        try:
            yield
        finally:
            with suppress(OSError):
                path.unlink()
    finally:
        os.close(handle)


def _locked(handle: int) -> bool:
    """Return False where another process has the lock; a disk without locks has none."""
    try:
        _lock(handle)
    except OSError as error:
        return error.errno not in _TAKEN
    return True


def _is_still(path: Path, handle: int) -> bool:
    """Return whether the file was not removed by its last owner in between."""
    try:
        return os.path.samestat(path.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
