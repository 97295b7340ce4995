"""Page: which objective, camera and binning to book."""

import streamlit as st

from pages._ui.planner.booking import ask_chosen, ask_other, show_plan_exports
from pages._ui.planner.controls import (
    ask_diameter,
    ask_filters,
    ask_interval,
    ask_light,
    ask_planes,
    ask_stand,
)
from pages._ui.planner.own_microscope import ask_microscope
from pages._ui.planner.ranking_view import (
    show_chosen,
    show_comparison,
    show_front,
    show_objects,
    show_stack,
    show_table,
    shown_options,
)
from pages._ui.shared.advice import (
    ask_network_and_tolerance,
    ask_objective_taken_with,
    session_recommendation,
)
from pages._ui.shared.measured_objects import measured
from pages._ui.shared.messages import show_demo_banner, show_error, show_next
from pages._ui.shared.navigation import enter_through_app
from pages._ui.shared.state import current_session
from pages._ui.throughput.controls import ask_goal, ask_timing
from rescale4dl_core.errors import RescaleError
from rescale4dl_core.session.planning import ranking_of

enter_through_app()
st.title("Planner")
st.caption(
    "Which objective, camera and binning to book for your objects: ranked by how many you "
    "image per hour, among those that keep the quality."
)
if current_session().entry.is_demo:
    show_demo_banner()

try:
    measurement = measured(current_session())
except RescaleError as error:
    show_error(error)
    show_next("pages/objects.py", "Objects", "tell the app where the objects are.")
    st.stop()

choices = current_session().choices
if measurement.diameter_um is None:
    choices = ask_diameter(choices)
    if choices.plan.diameter_um is None:
        show_next("pages/sample.py", "Sample", "type in the pixel size.")
        st.stop()

choices = ask_microscope(choices)
try:
    choices = ask_objective_taken_with(choices, "The objective of your sample")
    filters, acquisition, light = st.columns(3, gap="small")
    with filters, st.expander("Which lenses and cameras"):
        choices = ask_stand(ask_filters(choices))
    with acquisition, st.expander("How many, and how"):
        choices = ask_planes(ask_interval(ask_timing(ask_goal(choices))))
    with light, st.expander("Light"):
        choices = ask_light(choices)
    ask_network_and_tolerance(current_session(), measurement)
    choices = current_session().choices
    ranking = ranking_of(session_recommendation(measurement, current_session()), choices)
except RescaleError as error:
    show_error(error)
    st.stop()

options = shown_options(ranking, only_inside=choices.plan.only_in_window)
show_objects(ranking.goal)
chosen = ask_chosen(options, ranking, choices)
show_chosen(chosen, ranking)
table, front = st.tabs(["Ranked table", "Objects per hour against quality"])
with table:
    show_table(ranking, chosen, only_inside=choices.plan.only_in_window)
with front:
    show_front(options, chosen, ranking)
st.subheader("Instead of another one")
show_comparison(chosen, ask_other(options, chosen, ranking))
show_plan_exports(chosen, ranking)
st.subheader("In 3D")
show_stack(chosen, ranking.goal)

show_next(
    "pages/look_before_booking.py",
    "Look before booking",
    "your sample as this configuration would show it.",
)
