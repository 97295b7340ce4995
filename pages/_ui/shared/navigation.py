"""The pages of the app, what stands beside them, and how each is entered: by `main`.

Until a server has run `st.navigation` once, Streamlit takes the files in pages/ for an app
of its older kind and runs the one in the address alone, without page setup or sidebar. So a
link to a page itself is no exception. The sidebar saves and reopens the whole session.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st
from streamlit.runtime.scriptrunner import StopException

from pages._ui.shared.jobs import computed
from pages._ui.shared.messages import show_error
from pages._ui.shared.state import (
    current_session,
    forget_widgets,
    open_session,
    page_run,
    say_values_again,
)
from pages._ui.shared.warm_up import warm_up
from rescale4dl_core.errors import RescaleError
from rescale4dl_core.session.session_file import (
    load_session,
    refuse_too_large,
    save_session,
)

if TYPE_CHECKING:
    from streamlit.navigation.page import Page
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


SECTIONS = {
    "": (
        ("pages/sample.py", "Sample"),
        ("pages/objects.py", "Objects"),
        ("pages/rescaled_views.py", "Rescaled views"),
        ("pages/networks.py", "Networks"),
        ("pages/scale_sweep.py", "Scale sweep"),
        ("pages/recommendation.py", "Recommendation"),
    ),
    "Planner": (
        ("pages/planner.py", "Planner"),
        ("pages/throughput.py", "Throughput"),
        ("pages/look_before_booking.py", "Look before booking"),
        ("pages/report.py", "Report"),
    ),
    "Data sets": (
        ("pages/rescale_data_set.py", "Rescale a data set"),
        ("pages/evaluate_segmentations.py", "Evaluate segmentations"),
    ),
}
"""File and title of every page, under the heading of its section."""

_PAGE = "page_shown"


def main() -> None:
    """Show the page that was asked for."""
    st.set_page_config(page_title="ReScale4DL Advisor", page_icon="🔬", layout="wide")
    warm_up()
    page = st.navigation(
        {
            section: [st.Page(path, title=title) for path, title in pages]
            for section, pages in SECTIONS.items()
        }
    )
    session_controls()
    run_page(page)


def run_page(page: Page) -> None:
    """Run, from app.py, the page that was asked for."""
    if st.session_state.get(_PAGE) != page.url_path:
        forget_widgets()
    say_values_again()
    st.session_state[_PAGE] = page.url_path
    run = page_run()
    run.entered = True
    try:
        page.run()
    except StopException:
        run.cut_short = True
        raise
    finally:
        run.entered = False


def enter_through_app() -> None:
    """Run app.py, which runs this page again, where this page was run alone."""
    if not page_run().entered:
        main()
        st.stop()
