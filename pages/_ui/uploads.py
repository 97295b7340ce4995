"""Uploaded files on disk: in a folder of this session only, removed with it."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, cast

import streamlit as st

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamlit.runtime.uploaded_file_manager import UploadedFile

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
