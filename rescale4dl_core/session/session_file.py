"""The whole session in one file: a zip with a JSON list of contents and plain arrays."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from rescale4dl_core.documents import Document, from_plain, migrated, to_plain
from rescale4dl_core.errors import RescaleError, SessionError
from rescale4dl_core.images import Image, ImageInfo, KnownPixelSize, Sample
from rescale4dl_core.labels import Labels
from rescale4dl_core.measuring.drawn import DrawnDiameter  # noqa: TC001 read by type
from rescale4dl_core.migrations import SESSION_STEPS
from rescale4dl_core.progress import Progress, silent
from rescale4dl_core.session.choices import Choices  # noqa: TC001 read by type
from rescale4dl_core.session.model import Entry, Session
from rescale4dl_core.version import __version__

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from numpy.typing import NDArray


FORMAT = "ReScale4DL Advisor session"
SCHEMA_VERSION = 2
"""Raised when an older program could no longer read what this one writes."""


@dataclass(frozen=True, slots=True)
class LabelsContents:
    """What is known of the labels of one image."""

    digest: str
    source: str
    notes: tuple[str, ...]

    @classmethod
    def of(cls, labels: Labels) -> Self:
        """Describe the labels of one image."""
        return cls(labels.digest(), labels.source, labels.notes)


@dataclass(frozen=True, slots=True)
class EntryContents:
    """What is known of one image."""

    name: str
    digest: str
    known: KnownPixelSize
    info: ImageInfo
    labels: LabelsContents | None
    drawn: tuple[DrawnDiameter, ...]
    is_demo: bool
    predicted: LabelsContents | None = None

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """Describe one image of a session."""
        image, labels = entry.sample.image, entry.sample.labels
        return cls(
            name=image.name,
            digest=image.digest(),
            known=image.known,
            info=entry.sample.info,
            labels=None if labels is None else LabelsContents.of(labels),
            drawn=entry.drawn,
            is_demo=entry.is_demo,
            predicted=None
            if entry.predicted is None
            else LabelsContents.of(entry.predicted),
        )


@dataclass(frozen=True, slots=True)
class Contents:
    """What is known of a whole session."""

    format: str
    schema_version: int
    app_version: str
    current: int
    choices: Choices
    entries: tuple[EntryContents, ...]

    @classmethod
    def of(cls, session: Session) -> Self:
        """Describe a session."""
        return cls(
            format=FORMAT,
            schema_version=SCHEMA_VERSION,
            app_version=__version__,
            current=session.current,
            choices=session.choices,
            entries=tuple(EntryContents.of(entry) for entry in session.entries),
        )


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
# Fixed, so that equal sessions give equal bytes: see decision 0009.
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
    # zipfile decides by this, before it sees the bytes, whether 64-bit sizes are needed.
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
    # Python's integers cannot overflow on a forged shape; np.prod could.
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
    # 3 is Unix, on Windows too: the bytes do not tell where they were packed.
    member.create_system = 3
    member.external_attr = 0o644 << 16
    return member


_FAULTS_OF_A_BROKEN_FILE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    RuntimeError,  # also NotImplementedError and RecursionError
    ValueError,
    KeyError,
    TypeError,
    SyntaxError,
    MemoryError,
)
_DOCUMENT = Document("The session file", "open the images again instead", SessionError)


def save_session(session: Session, *, progress: Progress = silent) -> bytes:
    """Return `session` as the bytes of one zip file; equal sessions give equal bytes.

    Parameters
    ----------
    session : Session
        Images, labels, drawn diameters, pixel sizes with their sources, choices.
    progress : Progress
        Called for each band of pixels written.

    Raises
    ------
    SessionError
        If the pixels take more than `LARGEST_SESSION_BYTES`.

    Examples
    --------
    `pathlib.Path("demo.r4dl").write_bytes(saved)` keeps it; `read_bytes` gives it back.

    >>> import rescale4dl_core as r4
    >>> saved = r4.save_session(r4.Session.of(r4.demo_sample()))
    >>> r4.load_session(saved).samples[0].image.shape
    (512, 512)
    """
    refuse_too_large(session)
    arrays = _arrays_of(session)
    total_bytes = sum(array.nbytes for array in arrays.values())
    contents = json.dumps(to_plain(Contents.of(session)), indent=1, allow_nan=False)
    buffer = io.BytesIO()
    done_bytes = 0
    # Level 1 packs labels to 2.6 % at 635 MB/s: see decision 0009.
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        write_text(archive, CONTENTS_NAME, contents)
        for name, array in arrays.items():
            for n_bytes in write_array(archive, name, array):
                done_bytes += n_bytes
                progress(done_bytes / total_bytes, "Packing the session")
    return buffer.getvalue()


def refuse_too_large(session: Session) -> None:
    """Raise `SessionError` where `session` has more pixels than a session file may."""
    total_bytes = sum(array.nbytes for array in _arrays_of(session).values())
    if total_bytes > LARGEST_SESSION_BYTES:
        raise SessionError(
            f"This session holds {total_bytes / 1024**3:.1f} GB of pixels; up to "
            f"{LARGEST_SESSION_BYTES / 1024**3:.0f} GB fit in a session file. Remove an "
            "image, or download the results instead."
        )


def load_session(data: bytes, *, progress: Progress = silent) -> Session:
    """Return the session that `save_session` packed into `data`.

    Parameters
    ----------
    data : bytes
        The whole file.
    progress : Progress
        Called for each image.

    Raises
    ------
    SessionError
        If `data` is not such a file, is damaged, too large when unpacked, was written
        by a newer version, or holds anything it did not announce.

    Examples
    --------
    >>> load_session(b"not a zip")
    Traceback (most recent call last):
    rescale4dl_core.errors.SessionError: This file is not a whole ReScale4DL session: ...
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            check_members(archive)
            contents = _contents(json.loads(archive.read(CONTENTS_NAME)))
            check_names(archive, _names(contents))
            entries = []
            for index, entry in enumerate(contents.entries):
                progress(index / len(contents.entries), f"Opening {entry.name}")
                entries.append(_entry(archive, index, entry))
    except SessionError:
        raise
    except _FAULTS_OF_A_BROKEN_FILE as error:
        raise SessionError(
            "This file is not a whole ReScale4DL session: it is damaged, cut short or of "
            "another kind. Choose a file that was saved with “Save session”."
        ) from error
    return Session(tuple(entries), contents.current, contents.choices)


def _arrays_of(session: Session) -> dict[str, NDArray[Any]]:
    arrays: dict[str, NDArray[Any]] = {}
    for index, entry in enumerate(session.entries):
        arrays[image_name(index)] = entry.sample.image.pixels
        if entry.sample.labels is not None:
            arrays[labels_name(index)] = entry.sample.labels.pixels
        if entry.predicted is not None:
            arrays[predicted_name(index)] = entry.predicted.pixels
    return arrays


def _contents(plain: object) -> Contents:
    version = plain.get("schema_version") if isinstance(plain, dict) else None
    if isinstance(plain, dict) and plain.get("format") == FORMAT:
        plain = migrated(
            plain, version, latest=SCHEMA_VERSION, steps=SESSION_STEPS, document=_DOCUMENT
        )
    contents = from_plain(Contents, plain, where="session", document=_DOCUMENT)
    if contents.format != FORMAT:
        raise SessionError(
            "This zip file is not a ReScale4DL session. Choose a file that was saved "
            "with “Save session”."
        )
    if not 0 <= contents.current < max(1, len(contents.entries)):
        raise SessionError(
            f"The session file shows image {contents.current + 1} of "
            f"{len(contents.entries)}, which does not exist. It is damaged or was edited; "
            "open the images again instead."
        )
    return contents


def _names(contents: Contents) -> set[str]:
    names = {CONTENTS_NAME}
    for index, entry in enumerate(contents.entries):
        names.add(image_name(index))
        if entry.labels is not None:
            names.add(labels_name(index))
        if entry.predicted is not None:
            names.add(predicted_name(index))
    return names


def _entry(archive: zipfile.ZipFile, index: int, contents: EntryContents) -> Entry:
    try:
        image = Image.parse(
            read_array(archive, image_name(index)),
            name=contents.name,
            known=contents.known,
        )
        _check_digest(image.digest(), contents.digest, contents.name)
        labels = _labels(archive, labels_name(index), contents.labels, contents.name)
        found = _labels(archive, predicted_name(index), contents.predicted, contents.name)
        sample = Sample(image, contents.info, labels)
        return Entry(sample, contents.drawn, contents.is_demo, found)
    except SessionError:
        raise
    except RescaleError as error:
        raise SessionError(
            f"The session file holds pixels that cannot be used: {error}"
        ) from error


def _labels(
    archive: zipfile.ZipFile, member: str, contents: LabelsContents | None, name: str
) -> Labels | None:
    if contents is None:
        return None
    labels = Labels.parse(
        read_array(archive, member), source=contents.source, notes=contents.notes
    )
    _check_digest(labels.digest(), contents.digest, name)
    return labels


def _check_digest(found: str, expected: str, name: str) -> None:
    if found != expected:
        raise SessionError(
            f"The pixels of {name} in this session file are not the ones that were "
            "saved: it is damaged or was edited. Open the images again instead."
        )
