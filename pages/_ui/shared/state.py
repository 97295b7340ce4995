"""Typed access to what one browser session has loaded and chosen.

Every key of `st.session_state` that outlives a widget is named here. Streamlit drops the
state of a widget when its page is left, so choices live in the `Session` and each widget
is given its value anew by `seeded`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import streamlit as st

from rescale4dl_core.demo.sample import demo_sample
from rescale4dl_core.session.choices import Choices
from rescale4dl_core.session.model import Entry, Session

SESSION = "session"
NOTICE = "notice"
CHOICE_PREFIX = "choice_"
"""Keys of widgets whose value is kept in the session start with this."""

_SEEDED = "seeded_keys"
_PAGE_RUN = "page_run"


def current_session() -> Session:
    """Return the session of this browser tab: at first the demo, seen at work."""
    if SESSION not in st.session_state:
        st.session_state[SESSION] = demo_session()
    return cast("Session", st.session_state[SESSION])


def demo_session(choices: Choices | None = None) -> Session:
    """Return a session that holds the simulated sample only."""
    return Session((Entry(_demo_sample(), is_demo=True),), choices=choices or Choices())


def keep(session: Session) -> None:
    """Make `session` the one that all pages show from now on."""
    st.session_state[SESSION] = session


def keep_choices(choices: Choices) -> None:
    """Remember what the user has decided."""
    keep(current_session().with_choices(choices))


def open_session(session: Session) -> None:
    """Show another session, with the widgets set to its choices."""
    forget_widgets()
    keep(session)


def forget_widgets() -> None:
    """Let every widget made with `seeded` take its value from the session again.

    A widget that occurs on two pages would else start on the second one with its default.
    """
    for key in list(st.session_state):
        if str(key).startswith(CHOICE_PREFIX):
            del st.session_state[key]
    st.session_state[_SEEDED] = set()


def seeded(name: str, value: Any) -> str:
    """Return the key of a widget, holding `value` where the widget has none yet.

    Examples
    --------
    `st.slider("Sigma", 0.0, 5.0, key=seeded("sigma", choices.sigma))`
    """
    key = f"{CHOICE_PREFIX}{name}"
    if key not in st.session_state:
        st.session_state[key] = value
        st.session_state.setdefault(_SEEDED, set()).add(key)
    return key


@dataclass(slots=True)
class PageRun:
    """How the page is run, and how its last run ended.

    An object to change, because a script that was stopped may no longer write to
    `st.session_state`.
    """

    entered: bool = False
    """The page is being run by app.py."""

    cut_short: bool = False
    """It stopped half-way down the page: the browser then forgets the widgets further down,
    and the server does not."""


def page_run() -> PageRun:
    """Return how the page is run in this browser tab."""
    return cast("PageRun", st.session_state.setdefault(_PAGE_RUN, PageRun()))


def say_values_again() -> None:
    """After a run cut short, tell the browser the values of `seeded` widgets once more.

    It hears them in the run that seeds them only, and would else show the smallest value of
    each. Never after a run that a new input ended: that would undo the input.
    """
    run = page_run()
    if not run.cut_short:
        return
    run.cut_short = False
    for key in st.session_state.get(_SEEDED, ()):
        if key in st.session_state:
            st.session_state[key] = st.session_state[key]


def set_widget(name: str, value: Any) -> None:
    """Give a widget made with `seeded` another value; only before it is drawn."""
    st.session_state[f"{CHOICE_PREFIX}{name}"] = value


@st.cache_resource(show_spinner=False)
def _demo_sample() -> Any:
    """One read-only demo for all sessions: it is nobody's upload."""
    return demo_sample()
