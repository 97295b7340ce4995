"""Arrays through a pipe: a line of JSON that says what follows, then the plain numbers.

Nothing is unpickled, so that a process that runs a stranger's network can send nothing but
numbers and a few words.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
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
