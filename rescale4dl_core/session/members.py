"""The zip file of a session, member by member.

The file may come from anyone, so nothing in it is trusted: no pickled objects, no paths,
no name that was not announced, no array larger than its bytes, a bound on the total.
"""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.errors import SessionError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from numpy.typing import NDArray

CONTENTS_NAME = "session.json"

LARGEST_SESSION_BYTES = 2 * 1024**3
"""Bound on what a session may take in memory once it is unpacked."""

LARGEST_CONTENTS_BYTES = 16 * 1024**2
"""Bound on the list of contents alone."""

LARGEST_DEFLATED_BYTES = 64 * 1024**2
"""Larger images are stored as they are: noise deflates slowly (70 MB/s) and only by half.
Labels deflate at ten times that speed, to a few percent."""

_LONGEST_HEADER_BYTES = 4096
_LABELS = "labels"
_PREDICTED = "predicted"
_EARLIEST_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_BAND_BYTES = 8 * 1024**2


def image_name(index: int) -> str:
    """Return the name of the member that holds the pixels of image `index`."""
    return f"images/{index:04d}.npy"


def labels_name(index: int) -> str:
    """Return the name of the member that holds the labels of image `index`."""
    return f"{_LABELS}/{index:04d}.npy"


def predicted_name(index: int) -> str:
    """Return the name of the member that holds what a network found in image `index`."""
    return f"{_PREDICTED}/{index:04d}.npy"


def write_text(archive: zipfile.ZipFile, name: str, text: str) -> None:
    """Add `text` under `name`, with a fixed date."""
    archive.writestr(_member(name), text)


def write_array(archive: zipfile.ZipFile, name: str, array: NDArray[Any]) -> Iterator[int]:
    """Add `array` under `name` as a .npy file and yield the bytes done, band by band."""
    array = np.ascontiguousarray(array)
    member = _member(name)
    member.file_size = array.nbytes + _LONGEST_HEADER_BYTES
    is_image = not name.startswith((_LABELS, _PREDICTED))
    if array.nbytes > LARGEST_DEFLATED_BYTES and is_image:
        member.compress_type = zipfile.ZIP_STORED
    with archive.open(member, "w") as file:
        header = np.lib.format.header_data_from_array_1_0(array)
        np.lib.format.write_array_header_1_0(file, header)
        octets = array.reshape(-1).view(np.uint8)
        for start in range(0, octets.size, _BAND_BYTES):
            band = octets[start : start + _BAND_BYTES]
            file.write(band.tobytes())
            yield band.size


def check_members(archive: zipfile.ZipFile) -> None:
    """Raise `SessionError` unless `archive` is small enough, plain and has contents."""
    members = archive.infolist()
    total_bytes = sum(member.file_size for member in members)
    if total_bytes > LARGEST_SESSION_BYTES + LARGEST_CONTENTS_BYTES:
        raise SessionError(
            f"This session file unpacks to {total_bytes / 1024**3:.1f} GB; up to "
            f"{LARGEST_SESSION_BYTES / 1024**3:.0f} GB are opened. Open the images one "
            "by one instead."
        )
    counts = Counter(member.filename for member in members)
    name, count = counts.most_common(1)[0] if counts else ("", 0)
    if count > 1:
        raise SessionError(
            f"This session file holds {name!r} {count} times. It was not written by "
            "this program; open the images again instead."
        )
    if CONTENTS_NAME not in counts:
        raise SessionError(
            f"This zip file has no {CONTENTS_NAME!r}, so it is not a saved session. "
            "Choose a file that was saved with “Save session”."
        )
    if archive.getinfo(CONTENTS_NAME).file_size > LARGEST_CONTENTS_BYTES:
        raise SessionError(
            "The list of contents of this session file is larger than any session "
            "needs. It was not written by this program; open the images again instead."
        )


def check_names(archive: zipfile.ZipFile, expected: Collection[str]) -> None:
    """Raise `SessionError` unless `archive` holds the names `expected` and no other."""
    found = set(archive.namelist())
    missing = sorted(set(expected) - found)
    extra = sorted(found - set(expected))
    if missing:
        raise SessionError(
            f"This session file lacks {missing[0]!r}, which its list of contents names. "
            "It is damaged; open the images again instead."
        )
    if extra:
        raise SessionError(
            f"This session file holds {extra[0][:80]!r}, which its list of contents does "
            "not name. It was not written by this program; open the images again instead."
        )


def read_array(archive: zipfile.ZipFile, name: str) -> NDArray[Any]:
    """Return the array under `name`; numbers only, and exactly as many as its bytes.

    Raises
    ------
    SessionError
        If the member is not a plain .npy file of numbers.
    """
    data = archive.read(name)
    file = io.BytesIO(data)
    if np.lib.format.read_magic(file) != (1, 0):
        raise ValueError(name)
    shape, fortran_order, dtype = np.lib.format.read_array_header_1_0(
        file, max_header_size=_LONGEST_HEADER_BYTES
    )
    n_values = 1
    for length in shape:
        n_values *= length
    size_fits = n_values * dtype.itemsize == len(data) - file.tell()
    if dtype.kind not in "uif" or fortran_order or not size_fits:
        raise SessionError(
            f"The pixels {name!r} of this session file are not a plain array of numbers "
            f"({dtype}, shape {shape}, {len(data)} bytes). It was not written by this "
            "program; open the images again instead."
        )
    return np.frombuffer(data, dtype, n_values, file.tell()).reshape(shape)


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, date_time=_EARLIEST_ZIP_DATE)
    member.compress_type = zipfile.ZIP_DEFLATED
    member.create_system = 3
    member.external_attr = 0o644 << 16
    return member
