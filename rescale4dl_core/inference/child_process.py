"""Another process that does one kind of work and can be ended at any time.

It runs a module of this package with `python -m`, so that the script which was started
first (the app) is not run again in it. It ends when its input ends: with the parent.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.distributed.processes import n_cores
from rescale4dl_core.errors import RescaleError
from rescale4dl_core.resources import checkout

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray


LONGEST_HEADER_BYTES = 1_000_000
LARGEST_FRAME_BYTES = 4 * 1024**3
DTYPES = ("float32", "int32", "uint8")


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One message: a few words and arrays."""

    words: tuple[str, ...]
    arrays: tuple[NDArray[Any], ...] = ()


def write_frame(stream: IO[bytes], frame: Frame) -> None:
    """Write one frame and flush."""
    arrays = [np.ascontiguousarray(array) for array in frame.arrays]
    header = {
        "words": list(frame.words),
        "arrays": [[str(array.dtype), list(array.shape)] for array in arrays],
    }
    stream.write(json.dumps(header).encode() + b"\n")
    for array in arrays:
        if array.size:
            stream.write(array.reshape(-1).view(np.uint8).data)
    stream.flush()


def read_frame(stream: IO[bytes]) -> Frame | None:
    """Read one frame, None where the stream has ended.

    Raises
    ------
    ValueError
        If what arrives is not a frame, or one larger than `LARGEST_FRAME_BYTES`.
    """
    line = stream.readline(LONGEST_HEADER_BYTES)
    if not line:
        return None
    header = json.loads(line)
    words = tuple(str(word) for word in header["words"])
    arrays = tuple(_read_array(stream, *entry) for entry in header["arrays"])
    return Frame(words, arrays)


def _read_array(stream: IO[bytes], dtype_name: str, shape: list[int]) -> NDArray[Any]:
    if dtype_name not in DTYPES or not all(type(n) is int and n >= 0 for n in shape):
        raise ValueError(f"an array of {dtype_name} and shape {shape} was announced")
    dtype = np.dtype(dtype_name)
    n_bytes = math.prod(shape) * dtype.itemsize
    if n_bytes > LARGEST_FRAME_BYTES:
        raise ValueError(f"an array of {n_bytes} bytes was announced")
    array = np.empty(shape, dtype)
    view = array.reshape(-1).view(np.uint8).data
    while len(view):
        n_read = stream.readinto(view)  # type: ignore[attr-defined]
        if not n_read:
            raise ValueError("the stream ended within an array")
        view = view[n_read:]
    return array


ENVIRONMENT = {
    "ORT_DISABLE_TELEMETRY": "1",
    "OMP_NUM_THREADS": str(n_cores()),
    "OMP_WAIT_POLICY": "PASSIVE",
}
"""No telemetry; and threads of stardist that sleep while they wait for each other, as they
do where the machine is busy. onnxruntime has threads of its own kind."""

LOOK_EVERY_S = 0.1
NO_LIMIT_S = float("inf")


class ChildLostError(Exception):
    """The process ended, sent nonsense, or took longer than it may."""


class Child:
    """One such process."""

    def __init__(self, module: str, *arguments: str) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="rescale4dl-")
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", module, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self._folder.name,
            env={**os.environ, "PYTHONPATH": python_path(), **ENVIRONMENT},
        )
        self.end = weakref.finalize(self, _end, self._process, self._folder)
        """Kill the process; may be called twice."""

    def ask(
        self,
        frame: Frame,
        *,
        limit_s: float = NO_LIMIT_S,
        meanwhile: Callable[[], object] = bool,
    ) -> Frame:
        """Send `frame` and return the answer.

        Parameters
        ----------
        frame : Frame
            What to work on.
        limit_s : float
            The process is ended where it takes longer.
        meanwhile : callable
            Called ten times a second; where it raises, the process is ended.

        Raises
        ------
        ChildLostError
            If there is no answer; its text says why in a few words.
        """
        answers: list[Frame | None] = []
        done = threading.Event()

        def talk() -> None:
            try:
                assert self._process.stdin is not None
                assert self._process.stdout is not None
                write_frame(self._process.stdin, frame)
                answers.append(read_frame(self._process.stdout))
            except (OSError, ValueError, KeyError, TypeError):
                pass
            finally:
                done.set()

        threading.Thread(target=talk, daemon=True).start()
        give_up_s = time.monotonic() + limit_s
        try:
            while not done.wait(LOOK_EVERY_S):
                meanwhile()
                if time.monotonic() > give_up_s:
                    raise ChildLostError(f"took more than {limit_s:g} s")
            if not answers or answers[0] is None:
                raise ChildLostError("stopped unexpectedly")
        except BaseException:
            self.end()
            raise
        return answers[0]


@dataclass(slots=True)
class Children:
    """Processes of one kind, each lent to one caller at a time; one stays ready."""

    start: Callable[[], Child]
    most_idle: int = 1
    _idle: list[Child] = field(default_factory=list, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    @contextmanager
    def lent(self) -> Iterator[Child]:
        """Yield a process that nobody else uses; one that failed is not used again."""
        with self._lock:
            child = self._idle.pop() if self._idle else None
        child = child or self.start()
        try:
            yield child
        except BaseException:
            child.end()
            raise
        with self._lock:
            if len(self._idle) < self.most_idle:
                self._idle.append(child)
                return
        child.end()

    def prepare(self) -> None:
        """Start a process where none is ready, so that it loads in the meantime."""
        with self._lock:
            if not self._idle:
                self._idle.append(self.start())


def python_path() -> str:
    """Return where such a process is to look for this package, as PYTHONPATH.

    A checkout it does not find by itself. An installation it does; site-packages named
    here would come before the standard library.
    """
    return os.pathsep.join(
        filter(None, [str(checkout() or ""), os.environ.get("PYTHONPATH", "")])
    )


def _end(
    process: subprocess.Popen[bytes], folder: tempfile.TemporaryDirectory[str]
) -> None:
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with suppress(OSError):
                stream.close()
    folder.cleanup()


DONE, REFUSED = "done", "refused"


def serve(answer: Callable[[Frame], Frame]) -> None:
    """Answer frames until there are no more; what is printed elsewhere is dropped.

    The first word of an answer is `DONE`, or `REFUSED` and then a sentence.
    """
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    while (frame := read_frame(sys.stdin.buffer)) is not None:
        try:
            write_frame(out, answer(frame))
        except RescaleError as error:
            write_frame(out, Frame((REFUSED, str(error))))
        except MemoryError:
            write_frame(out, Frame((REFUSED, "There is not enough memory for this.")))
