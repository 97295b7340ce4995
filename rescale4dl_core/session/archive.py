"""The whole session in one file: a zip with a JSON list of contents and plain arrays."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

from rescale4dl_core.errors import RescaleError, SessionError
from rescale4dl_core.images import Image, Sample
from rescale4dl_core.labels import Labels
from rescale4dl_core.plain import Document, from_plain, to_plain
from rescale4dl_core.progress import Progress, silent
from rescale4dl_core.session.contents import (
    FORMAT,
    SCHEMA_VERSION,
    Contents,
    EntryContents,
    LabelsContents,
)
from rescale4dl_core.session.members import (
    CONTENTS_NAME,
    LARGEST_SESSION_BYTES,
    check_members,
    check_names,
    image_name,
    labels_name,
    predicted_name,
    read_array,
    write_array,
    write_text,
)
from rescale4dl_core.session.model import Entry, Session

if TYPE_CHECKING:
    from numpy.typing import NDArray

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
    """
    refuse_too_large(session)
    arrays = _arrays_of(session)
    total_bytes = sum(array.nbytes for array in arrays.values())
    contents = json.dumps(to_plain(Contents.of(session)), indent=1, allow_nan=False)
    buffer = io.BytesIO()
    done_bytes = 0
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
    if (
        isinstance(plain, dict)
        and plain.get("format") == FORMAT
        and version != SCHEMA_VERSION
    ):
        raise SessionError(
            f"This session file has version {str(version)[:20]}; this program reads "
            f"version {SCHEMA_VERSION}. Open it with the program that saved it, or update."
        )
    contents: Contents = from_plain(Contents, plain, where="session", document=_DOCUMENT)
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
