"""Opening images: asked for by a widget, read in the background, kept in the session."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import streamlit as st

from pages._ui.shared.jobs import computed
from pages._ui.shared.messages import plain, show_error
from pages._ui.shared.state import current_session, demo_session, open_session
from rescale4dl_core.errors import RescaleError, TooLargeError
from rescale4dl_core.reading.opened import Selection
from rescale4dl_core.reading.pairing import pair_by_stem
from rescale4dl_core.session.opening import open_entries

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from streamlit.runtime.uploaded_file_manager import UploadedFile

    from rescale4dl_core.progress import Progress
    from rescale4dl_core.session.model import Entry


LOOPBACK = ("127.0.0.1", "localhost", "::1")
LONGEST_NAME_BYTES = 200
_UPLOADS = "uploads"


class UploadFolder:
    """A temporary folder that goes when the session goes."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="rescale4dl-"))
        self._n_stored = 0
        weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)

    def store(self, files: Sequence[UploadedFile]) -> list[Path]:
        """Write each file to a folder of its own, so that equal names stay apart."""
        return [self._store(file) for file in files]

    def new_folder(self) -> Path:
        """Return an empty folder of its own, for one file or one result."""
        self._n_stored += 1
        folder = self.path / str(self._n_stored)
        folder.mkdir()
        return folder

    def remove(self, path: Path) -> None:
        """Delete an uploaded file; a file opened by its path is left alone."""
        if path.is_relative_to(self.path):
            shutil.rmtree(path.parent, ignore_errors=True)

    def _store(self, file: UploadedFile) -> Path:
        path = self.new_folder() / file_name(file.name)
        with path.open("wb") as target:
            shutil.copyfileobj(file, target)
        return path


def file_name(name: str) -> str:
    """Return the last part of `name` as a file system takes it, its suffix kept.

    Examples
    --------
    >>> file_name("../my <cells> µ.ome.tif")
    'my _cells_ µ.ome.tif'
    """
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    kept = "".join("_" if c in '<>:"|?*' or not c.isprintable() else c for c in last)
    # The end, which has the suffix; a letter that is cut in two is dropped.
    shortened = kept.encode()[-LONGEST_NAME_BYTES:].decode(errors="ignore")
    return shortened.strip(" .") or "image"


def upload_folder() -> UploadFolder:
    """Return the folder of this browser session."""
    if _UPLOADS not in st.session_state:
        st.session_state[_UPLOADS] = UploadFolder()
    return cast("UploadFolder", st.session_state[_UPLOADS])


def paths_may_be_opened() -> bool:
    """Whether browser and app share a machine: then a path means the user's own disk."""
    return st.get_option("server.address") in LOOPBACK


_REQUEST = "opening"
_NEWS = "opening_news"
_COUNT = "opening_count"


@dataclass(frozen=True, slots=True)
class Request:
    """What the user wants to open."""

    number: int
    """Tells a second try from the first."""

    pairs: tuple[tuple[Path, Path | None], ...]
    selection: Selection = field(default_factory=Selection)
    replaces_current: bool = False
    """Whether another plane of the current file is wanted, instead of one more image."""

    allow_large: bool = False


def ask_to_open(images: Sequence[Path], masks: Sequence[Path]) -> None:
    """Note that these files are to be opened, each mask with the image of its name."""
    pairing = pair_by_stem(images, masks)
    _ask(Request(_next_number(), pairing.pairs))
    if pairing.masks_without_image:
        names = ", ".join(path.name for path in pairing.masks_without_image)
        st.session_state[_NEWS] = (
            f"No image has the name of {names}, so it was not used. Give a mask the name "
            "of its image, or open one image with one mask."
        )


def ask_for_plane(entry: Entry, selection: Selection) -> None:
    """Note that another channel, plane, time or scene of the current file is wanted."""
    if entry.origin is not None:
        pairs = ((entry.origin.path, entry.origin.labels_path),)
        _ask(Request(_next_number(), pairs, selection, replaces_current=True))


def close_current() -> None:
    """Close the image shown, with its uploaded files; the demo follows the last one."""
    session = current_session()
    origin = session.entry.origin
    last = len(session.entries) == 1
    open_session(demo_session(session.choices) if last else session.without_current())
    if origin is not None:
        _remove_uploads([(origin.path, origin.labels_path)])


def serve_request() -> None:
    """Read what was asked for; on an error say it once and leave the session as it is."""
    news = st.session_state.pop(_NEWS, None)
    request = cast("Request | None", st.session_state.get(_REQUEST))
    if request is None:
        if news:
            st.warning(plain(news))
        return
    try:
        entries = computed("opening", request, _reader(request), most_kept=1)
    except TooLargeError as error:
        show_error(error)
        agree, leave = st.columns(2)
        if agree.button("Open it all the same", key="allow_large"):
            _ask(replace(request, allow_large=True))
            st.rerun()
        if leave.button("Leave it", key="leave_large"):
            _drop(request)
            open_session(current_session())
            st.rerun()
    except RescaleError as error:
        _drop(request)
        open_session(current_session())
        show_error(error)
    else:
        del st.session_state[_REQUEST]
        session = current_session()
        open_session(
            session.with_other_plane(entries[0])
            if request.replaces_current
            else session.with_opened(entries)
        )
        st.session_state[_NEWS] = news
        st.rerun()


def _reader(request: Request) -> Callable[[Progress], tuple[Entry, ...]]:
    def read(progress: Progress) -> tuple[Entry, ...]:
        return open_entries(
            request.pairs,
            selection=request.selection,
            allow_large=request.allow_large,
            progress=progress,
        )

    return read


def _ask(request: Request) -> None:
    st.session_state[_REQUEST] = request


def _drop(request: Request) -> None:
    """Forget a request that came to nothing, with the files uploaded for it."""
    del st.session_state[_REQUEST]
    if request.replaces_current:
        return
    _remove_uploads(request.pairs)


def _remove_uploads(pairs: Sequence[tuple[Path, Path | None]]) -> None:
    for path in (path for pair in pairs for path in pair if path is not None):
        upload_folder().remove(path)


def _next_number() -> int:
    st.session_state[_COUNT] = st.session_state.get(_COUNT, 0) + 1
    return cast("int", st.session_state[_COUNT])
