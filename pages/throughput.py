"""Page: how many objects per hour, and what another pixel size would change."""

import streamlit as st

from pages._ui.planner.controls import ask_interval
from pages._ui.shared.advice import session_recommendation
from pages._ui.shared.measured_objects import measured
from pages._ui.shared.messages import show_demo_banner, show_error, show_next
from pages._ui.shared.navigation import enter_through_app
from pages._ui.shared.state import current_session
from pages._ui.throughput.answer_view import (
    show_answer,
    show_ceiling_and_count,
    show_comparison,
    show_curve,
    show_routes,
    show_timing,
)
from pages._ui.throughput.controls import (
    ask_camera,
    ask_goal,
    ask_pixel_size,
    ask_timing,
    choices_of_link,
    offer_booked,
    show_link,
)
from rescale4dl_core.errors import RescaleError
from rescale4dl_core.planning.ratios import ratios_to_try
from rescale4dl_core.planning.what_if import what_if, what_if_series
from rescale4dl_core.session.experiment import acquisition_of, what_if_of

enter_through_app()
st.title("Throughput")
st.caption(
    "How many objects you image per hour, and what another pixel size would change. Move a "
    "slider: the answer follows at once."
)

if current_session().entry.is_demo:
    show_demo_banner()
choices = choices_of_link(current_session().choices)
controls, answer = st.columns([1, 2], gap="large")

with controls:
    pixel_size_asked = st.container()
    with st.expander("Time per field of view", expanded=True):
        try:
            choices = ask_interval(ask_timing(choices))
        except RescaleError as error:
            show_error(error)
    with st.expander("Camera and goal", expanded=True):
        choices = ask_goal(ask_camera(choices))

try:
    measurement = measured(current_session())
except RescaleError as error:
    with answer:
        show_error(error)
        st.info(
            "Without objects only the time per field is known. Objects give the count: "
            "open a mask, adjust the segmentation, or draw a few diameters."
        )
        show_timing(choices.timing)
        show_next("pages/objects.py", "Objects", "tell the app where the objects are.")
    st.stop()

try:
    advice = session_recommendation(measurement, current_session())
except RescaleError as error:
    show_error(error)
    st.stop()
recommended = advice.ratio or 1.0
with pixel_size_asked:
    choices = ask_pixel_size(choices, measurement.pixel_size, recommended)

acquisition = acquisition_of(measurement, choices)
ratios = ratios_to_try(choices.route, recommended)
now = what_if(acquisition, 1.0, choices.route)
tried = what_if_of(measurement, choices, recommended)

with answer:
    offer_booked(advice, choices)
    show_answer(acquisition, now, tried)
    show_timing(choices.timing)
    show_ceiling_and_count(now, tried)
    show_curve(what_if_series(acquisition, ratios, choices.route), now, tried)
    st.subheader("Lower magnification or binning?")
    show_routes(tried.gain.ratio, choices.detector)

show_comparison(measurement, current_session().choices, recommended)
show_link(choices)
show_next("pages/report.py", "Report", "all of it in one file to hand on.")
