"""Loading what later pages need, while the user looks at the first picture.

scikit-image imports its parts when they are first used, and two threads that do so at the
same time find half a module. So whoever works in a thread loads them here first.
"""

from __future__ import annotations

import threading

import streamlit as st

_ONE_AT_A_TIME = threading.Lock()


@st.cache_resource(show_spinner=False)
def warm_up() -> None:
    """Start loading, once per server; nobody waits for it."""
    threading.Thread(target=_load_all, daemon=True).start()


def load_measuring() -> None:
    """Import what finding and measuring objects needs; quick where it was done before."""
    with _ONE_AT_A_TIME:
        import skimage.feature
        import skimage.filters
        import skimage.measure
        import skimage.morphology
        import skimage.segmentation  # noqa: F401


def _load_all() -> None:
    load_measuring()
    import rescale4dl_core.charts.whole_altair  # noqa: F401
