"""Page: which pixel size to acquire at, why, and how sure that is."""

import streamlit as st

from pages._ui.recommendation import (
    show_effort,
    show_evidence,
    show_headline,
    show_images,
    show_numbers,
    show_scores,
    show_why,
    show_window,
)
from pages._ui.shared.advice import (
    ask_network_and_tolerance,
    ask_objective,
    ask_purpose,
    session_recommendation,
)
from pages._ui.shared.measured_objects import measured
from pages._ui.shared.messages import show_demo_banner, show_error, show_next
from pages._ui.shared.navigation import enter_through_app
from pages._ui.shared.sample_controls import choose_pixel_size
from pages._ui.shared.state import current_session
from pages._ui.shared.sweep_result import sweep_for
from rescale4dl_core.errors import RescaleError

enter_through_app()
st.title("Recommendation")
session = current_session()
if session.entry.is_demo:
    show_demo_banner()

try:
    ask_objective(ask_purpose(session.choices))
    session = current_session()
    measurement = measured(session)
    ask_network_and_tolerance(session, measurement)
    advice = session_recommendation(measurement, current_session())
except RescaleError as error:
    show_error(error)
    show_next("pages/objects.py", "Objects", "tell the app where the objects are.")
    st.stop()

if measurement.pixel_size is None:
    choose_pixel_size(session)

show_headline(advice)
show_numbers(advice)
show_scores(advice)
show_window(advice)
show_why(advice)
show_effort(advice, current_session(), sweep_for(session, measurement))
show_images(advice)
show_evidence(advice)
show_next("pages/planner.py", "Planner", "which objective, camera and binning to book.")
