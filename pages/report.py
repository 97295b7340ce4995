"""Page: the answer with all that it rests on, as one file to hand on."""

import streamlit as st

from pages._ui.report import ask_plan, made_report, show_report, subject_of
from pages._ui.shared.advice import session_recommendation
from pages._ui.shared.measured_objects import measured
from pages._ui.shared.messages import show_demo_banner, show_error, show_next
from pages._ui.shared.navigation import enter_through_app
from pages._ui.shared.state import current_session
from pages._ui.shared.sweep_result import sweep_for
from rescale4dl_core.errors import RescaleError

enter_through_app()
st.title("Report")
st.caption(
    "For the facility, a reviewer or your notebook: sample, objects, answer, evidence, "
    "plan, cautions, versions and sources in one file. The same session gives the same "
    "file, apart from the date."
)
session = current_session()
if session.entry.is_demo:
    show_demo_banner()

try:
    measurement = measured(session)
    advice = session_recommendation(measurement, session)
    sweep = sweep_for(session, measurement)
    plan = ask_plan(advice, session)
    report, html = made_report(subject_of(session, advice, sweep, plan))
except RescaleError as error:
    show_error(error)
    show_next("pages/objects.py", "Objects", "tell the app where the objects are.")
    st.stop()

show_report(report, html)
show_next("pages/sample.py", "Sample", "open another image.")
