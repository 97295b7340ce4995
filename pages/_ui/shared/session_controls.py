"""The sidebar's way to save the whole session to one file and to reopen it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages._ui.shared.jobs import computed
from pages._ui.shared.messages import show_error
from pages._ui.shared.state import current_session, open_session
from rescale4dl_core.errors import RescaleError
from rescale4dl_core.session.session_file import (
    load_session,
    refuse_too_large,
    save_session,
)

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

    from rescale4dl_core.progress import Progress
    from rescale4dl_core.session.model import Session


FILE_NAME = "rescale4dl-session.zip"
_ROUND = "n_sessions_reopened"
_WANTED = "session_file_wanted"
_OPENED = "session_was_reopened"


def session_controls() -> None:
    """Show both ways in the sidebar."""
    with st.sidebar.expander("Save or reopen everything"):
        st.caption(
            "One file with your images, outlines, pixel sizes and choices. "
            "It stays on your computer."
        )
        _show_saving(current_session())
        _show_reopening()


def _show_saving(session: Session) -> None:
    try:
        refuse_too_large(session)
    except RescaleError as error:
        show_error(error)
        return
    st.download_button(
        "Save session",
        lambda: save_session(session),
        FILE_NAME,
        "application/zip",
        key="save_session",
        on_click="ignore",
        width="stretch",
    )


def _show_reopening() -> None:
    n_reopened = st.session_state.setdefault(_ROUND, 0)
    if st.session_state.pop(_OPENED, False):
        st.success("The saved session is open.")
    file = st.file_uploader("Saved session", type="zip", key=f"session_file_{n_reopened}")
    if file is None:
        return
    if st.button("Open this session", key="open_session", width="stretch"):
        st.session_state[_WANTED] = file.file_id
    if st.session_state.get(_WANTED) == file.file_id:
        _reopen(file)


def _reopen(file: UploadedFile) -> None:
    """Open the session once it is unpacked; until then its progress is shown."""

    def load(progress: Progress) -> Session:
        return load_session(file.getvalue(), progress=progress)

    try:
        session = computed("session_file", file.file_id, load, most_kept=0)
    except RescaleError as error:
        del st.session_state[_WANTED]
        show_error(error)
        return
    del st.session_state[_WANTED]
    st.session_state[_ROUND] += 1
    st.session_state[_OPENED] = True
    open_session(session)
    st.rerun()
