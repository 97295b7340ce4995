"""The pages of the app, and how each is entered: always by way of `main`.

A link to a page itself is no exception.

Until a server has run `st.navigation` once, Streamlit takes the files in pages/ for an app
of its older kind and runs the one in the address alone, without page setup or sidebar.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st
from streamlit.runtime.scriptrunner import StopException

from pages._ui.shared.session_controls import session_controls
from pages._ui.shared.state import forget_widgets, page_run, say_values_again
from pages._ui.shared.warm_up import warm_up

if TYPE_CHECKING:
    from streamlit.navigation.page import Page


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
