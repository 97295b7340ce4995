"""The one nanopyx engine of this process, built once and used from any thread.

nanopyx prints, warns, makes folders in the home folder, tries OpenCL and keeps timings in a
file that two threads damage. So it is imported under a lock with a home of its own, without
OpenCL, in silence; and its kernel for one thread is called directly, past the scheduler
that writes the file. `rescale.upsample` shares the work among threads of its own; nanopyx's
OpenMP threads give the same numbers, but wait for each other where cores are busy.
"""

from __future__ import annotations

import contextlib
import importlib.machinery
import io
import os
import sys
import tempfile
import threading
import types
import warnings
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray


class Magnify(Protocol):
    """Catmull-Rom magnification of a stack of planes."""

    def __call__(
        self,
        planes: NDArray[np.float32],
        shift_row: float,
        shift_column: float,
        times_rows: float,
        times_columns: float,
        /,
    ) -> NDArray[np.float32]:
        """Sample (planes, rows, columns) so that out[i] is at (i / times - 0.5 - shift)."""
        ...


_lock = threading.Lock()
_built: list[Magnify] = []


def catmull_rom_engine() -> Magnify:
    """Return nanopyx's Catmull-Rom kernel, building it at the first call.

    Raises
    ------
    ImportError
        If nanopyx cannot be imported on this machine.
    """
    with _lock:
        if not _built:
            _built.append(_build())
        return _built[0]


def _build() -> Magnify:
    with _private_home(), _stand_in_for_cv2(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with contextlib.redirect_stdout(io.StringIO()):
            from nanopyx.core.transform import CRShiftAndMagnify

            engine = CRShiftAndMagnify(clear_benchmarks=True, verbose=False)

    def magnify(
        planes: NDArray[np.float32],
        shift_row: float,
        shift_column: float,
        times_rows: float,
        times_columns: float,
        /,
    ) -> NDArray[np.float32]:
        return np.asarray(
            engine._run_unthreaded(
                planes, shift_row, shift_column, times_rows, times_columns
            )
        )

    return magnify


@contextlib.contextmanager
def _private_home() -> Iterator[None]:
    """Give nanopyx a temporary home without OpenCL, and put the environment back."""
    before = dict(os.environ)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        os.environ.update(HOME=home, USERPROFILE=home, NANOPYX_DISABLE_OPENCL="1")
        try:
            yield
        finally:
            for name in os.environ.keys() - before.keys():
                del os.environ[name]
            os.environ.update(before)


@contextlib.contextmanager
def _stand_in_for_cv2() -> Iterator[None]:
    """Let nanopyx be imported where OpenCV cannot: it only corrects drift with it."""
    try:
        import cv2  # noqa: F401
    except ImportError:
        stand_in = types.ModuleType("cv2")
        stand_in.__spec__ = importlib.machinery.ModuleSpec("cv2", None)
        sys.modules["cv2"] = stand_in
        try:
            yield
        finally:
            sys.modules.pop("cv2")
    else:
        yield
