"""What a page asks the background for once; the answer stays until the next good one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

import streamlit as st

from pages._ui.jobs import computed, forget
from pages._ui.messages import show_error
from rescale4dl_core.errors import RescaleError

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from rescale4dl_core.progress import Progress

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")

_COUNT = "asked_count"


def ask(slot: str, question: Hashable) -> None:
    """Note what is wanted, in place of what was wanted of this `slot` before."""
    st.session_state[_COUNT] = st.session_state.get(_COUNT, 0) + 1
    st.session_state[f"asked_{slot}"] = (st.session_state[_COUNT], question)


def answered(
    slot: str, work: Callable[[Asked], Callable[[Progress], Answer]]
) -> Answer | None:
    """Return the last good answer, once what was asked for since has been worked out.

    While it is worked out the page shows its progress and stops here. An error is shown
    once and leaves the answer before as it is.

    Parameters
    ----------
    slot : str
        What kind of question this is; one is worked on at a time.
    work : callable
        Receives the question and returns what is then done in the background.
    """
    asked: Any = st.session_state.get(f"asked_{slot}")
    if asked is not None:
        try:
            answer = computed(slot, asked, work(asked[1]), most_kept=1)
        except RescaleError as error:
            del st.session_state[f"asked_{slot}"]
            show_error(error)
        else:
            del st.session_state[f"asked_{slot}"]
            st.session_state[f"answer_{slot}"] = answer
    return cast("Answer | None", st.session_state.get(f"answer_{slot}"))


def drop(slot: str) -> None:
    """Forget question and answer of `slot`, and stop what works on it."""
    forget(slot)
    st.session_state.pop(f"asked_{slot}", None)
    st.session_state.pop(f"answer_{slot}", None)
