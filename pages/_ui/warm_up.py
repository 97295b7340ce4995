"""Loading what the next pages need while the user looks at the first picture."""

from __future__ import annotations

import threading

import streamlit as st


@st.cache_resource(show_spinner=False)
def warm_up() -> None:
    """Start loading, once per server; nobody waits for it."""
    threading.Thread(target=_load, daemon=True).start()


def _load() -> None:
    """Import the packages for charts and tables, and those that measuring imports."""
    import altair  # noqa: F401
    import pandas  # noqa: F401

    from rescale4dl_core.demo.sample import demo_sample
    from rescale4dl_core.measure.objects import measure_objects

    labels = demo_sample().labels
    if labels is not None:
        measure_objects(labels)
