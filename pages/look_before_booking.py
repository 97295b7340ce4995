"""Page: the sample as another objective and camera would show it."""

import streamlit as st

from pages._ui.look_before_booking import (
    ask_configuration,
    ask_exposure,
    offer_network,
    show_facts,
    show_found,
    show_pictures,
    show_range,
    simulated,
)
from pages._ui.planner.controls import ask_light
from pages._ui.shared.advice import ask_objective_taken_with, session_recommendation
from pages._ui.shared.measured_objects import measured
from pages._ui.shared.messages import show_demo_banner, show_error, show_next
from pages._ui.shared.navigation import enter_through_app
from pages._ui.shared.network_choice import NO_NETWORKS, choose_network, open_networks
from pages._ui.shared.network_run import objects_so_far
from pages._ui.shared.sample_controls import choose_image, choose_pixel_size
from pages._ui.shared.state import current_session
from rescale4dl_core.errors import RescaleError
from rescale4dl_core.inference.store import shipped_cards
from rescale4dl_core.session.looking import planned_exposure_ratio
from rescale4dl_core.session.planning import ranking_of

enter_through_app()
st.title("Look before booking")
st.caption(
    "Your sample as another objective and camera would show it: its blur, its pixels, its "
    "light and its noise. Would you, and would the network, still find the objects?"
)
session = current_session()
if session.entry.is_demo:
    show_demo_banner()
choose_image(session)
image = session.entry.sample.image
if image.pixel_size is None:
    st.info("The pixel size of this image is not known; nothing can be simulated without.")
    choose_pixel_size(session)
    st.stop()

try:
    measurement = measured(session)
    choices = ask_objective_taken_with(
        session.choices, "The objective that your sample was taken with", expanded=True
    )
    choices = ask_light(choices)
    ranking = ranking_of(session_recommendation(measurement, session), choices)
    option = ask_configuration(ranking, image, choices)
    planned_ratio = planned_exposure_ratio(option, ranking)
    choices = ask_exposure(choices, planned_ratio)
    seen = simulated(image, option.configuration, choices, planned_ratio)
    show_facts(seen, option.configuration)
    cards = shipped_cards()
    if cards:
        card = choose_network(cards, *objects_so_far(session))
        show_range(option, card)
        found = offer_network(current_session(), seen, measurement, card, open_networks())
        show_pictures(session.entry.sample, seen, found)
        if found:
            show_found(found, card)
    else:
        st.info(NO_NETWORKS)
        show_pictures(session.entry.sample, seen, ())
except RescaleError as error:
    show_error(error)

show_next("pages/throughput.py", "Throughput", "how long the acquisition will take.")
