"""Page: at which pixel size a network works best on the sample."""

import streamlit as st

from pages._ui.scale_sweep import (
    NOT_RETRAINED,
    ask_scales,
    ask_shown,
    ask_stability,
    offer_files,
    offer_sweep,
    show_answer,
    show_counts,
    show_partial,
    show_picked,
    show_reference,
    show_scale,
    show_scores,
    show_table,
)
from pages._ui.shared.cache import cached_picture
from pages._ui.shared.measured_objects import measured
from pages._ui.shared.messages import show_demo_banner, show_error, show_next
from pages._ui.shared.navigation import enter_through_app
from pages._ui.shared.network_choice import (
    NO_NETWORKS,
    choose_network,
    choose_provider,
    chosen_card,
)
from pages._ui.shared.network_run import objects_so_far
from pages._ui.shared.network_upload import ask_whose_network, choose_own_network
from pages._ui.shared.sample_controls import choose_image
from pages._ui.shared.state import current_session
from rescale4dl_core.errors import RescaleError
from rescale4dl_core.inference.store import shipped_cards

enter_through_app()
st.title("Scale sweep")
st.caption(
    "One trained network on your sample at many pixel sizes: where does it find your "
    "objects, and how far can you go coarser before it loses them?"
)
session = current_session()
if session.entry.is_demo:
    show_demo_banner()

try:
    measurement = measured(session)
    cards = shipped_cards()
except RescaleError as error:
    show_error(error)
    show_next("pages/objects.py", "Objects", "tell the app where the objects are.")
    st.stop()

if not cards:
    st.info(NO_NETWORKS)
    show_next("pages/recommendation.py", "Recommendation", "by the size of your objects.")
    st.stop()

if ask_whose_network():
    image = session.entry.sample.image
    chosen = choose_own_network(
        image,
        choose_provider(),
        meanwhile=lambda: st.image(cached_picture(image), width="stretch"),
    )
    if chosen is None:
        st.stop()
else:
    card = choose_network(cards, *objects_so_far(session))
    chosen = chosen_card(card, choose_provider())

show_reference(session, measurement)
with st.expander("Scales and stability"):
    ask_scales(session, measurement)
    ask_stability(session)

sweep = offer_sweep(current_session(), measurement, chosen, show_partial)
st.info(NOT_RETRAINED)
if sweep is not None:
    show_answer(sweep)
    chart = st.container()
    shown = ask_shown(sweep)
    with chart:
        show_scores(sweep, chosen.sight.window, shown, show_picked)
    choose_image(session)
    show_scale(current_session(), measurement, shown)
    st.subheader("Number and size of what was found", anchor=False)
    show_counts(sweep)
    st.subheader("All scales", anchor=False)
    show_table(sweep)
    offer_files(sweep, chosen.sight.window)

show_next("pages/recommendation.py", "Recommendation", "which pixel size to acquire at.")
