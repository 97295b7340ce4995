"""Every page is entered through app.py, also by a link to the page itself.

Until a server has run `st.navigation` once, Streamlit takes the files in pages/ for an app
of its older kind and runs the one in the address alone, without page setup or sidebar.
"""

from __future__ import annotations

import streamlit as st

_ENTERED = "entered_through_app"


def mark_entered() -> None:
    """Note, in app.py, that the page about to run has its setup."""
    st.session_state[_ENTERED] = True


def enter_through_app() -> None:
    """Run app.py, which runs this page again, where this page was run alone."""
    if _ENTERED not in st.session_state:
        from app import main

        main()
        st.stop()
