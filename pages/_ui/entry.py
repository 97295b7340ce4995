"""Every page is entered through app.py, also by a link to the page itself.

Until a server has run `st.navigation` once, Streamlit takes the files in pages/ for an app
of its older kind and runs the one in the address alone, without page setup or sidebar.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st
from streamlit.runtime.scriptrunner import StopException

from pages._ui.state import forget_widgets, page_run, say_values_again

if TYPE_CHECKING:
    from streamlit.navigation.page import Page

_PAGE = "page_shown"


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
        from app import main

        main()
        st.stop()
