"""Page: run a network on the sample."""

import streamlit as st

from pages._ui.networks import offer_as_objects, show_card, show_found, show_sizes_of
from pages._ui.shared.cache import cached_picture
from pages._ui.shared.messages import show_demo_banner, show_error, show_next
from pages._ui.shared.navigation import enter_through_app
from pages._ui.shared.network_choice import (
    NO_NETWORKS,
    choose_network,
    choose_provider,
    chosen_card,
    show_all_fits,
)
from pages._ui.shared.network_run import (
    found_by_network,
    labels_seen,
    objects_so_far,
    offer_run,
)
from pages._ui.shared.network_sight import show_fit, show_sight
from pages._ui.shared.network_upload import ask_whose_network, choose_own_network
from pages._ui.shared.sample_controls import choose_image
from pages._ui.shared.state import current_session
from pages._ui.shared.zoom import ask_zoom
from rescale4dl_core.errors import RescaleError
from rescale4dl_core.inference.store import shipped_cards

enter_through_app()
st.title("Networks")
st.caption(
    "Let a trained network outline your objects. Each one was made for one kind of image "
    "and for objects of a certain size in pixels: first see which suits yours."
)

session = current_session()
entry = session.entry
image = entry.sample.image
if entry.is_demo:
    show_demo_banner()

try:
    cards = shipped_cards()
except RescaleError as error:
    show_error(error)
    st.stop()
if not cards:
    st.info(NO_NETWORKS)
    show_next("pages/recommendation.py", "Recommendation", "by the size of your objects.")
    st.stop()

shown, asked = st.columns([3, 2], gap="large")
with asked:
    choose_image(session)
    measurement, kind = objects_so_far(session)
    if ask_whose_network():
        chosen = choose_own_network(
            image,
            choose_provider(),
            meanwhile=lambda: shown.image(cached_picture(image), width="stretch"),
        )
        if chosen is not None:
            show_fit(chosen.sight, measurement)
    else:
        card = choose_network(cards, measurement, kind)
        chosen = chosen_card(card, choose_provider())
        show_card(card)

with shown:
    zoom = ask_zoom(image)
    if chosen is not None:
        offer_run(
            session,
            chosen.key,
            chosen.opened,
            meanwhile=lambda: st.image(cached_picture(image, zoom), width="stretch"),
        )
    found = None if chosen is None else found_by_network(entry, chosen.key)
    if chosen is None or found is None:
        st.image(cached_picture(image, zoom), width="stretch", alt="The image")
    else:
        show_found(entry, found, zoom)
        offer_as_objects(session, chosen.key)

if found is not None:
    st.subheader("How large they are", anchor=False)
    show_sizes_of(entry, found)
if chosen is not None:
    show_sight(chosen.sight, image, labels_seen(session, found))
if measurement is not None:
    st.subheader("All networks against your objects", anchor=False)
    show_all_fits(cards, measurement, kind)

show_next("pages/scale_sweep.py", "Scale sweep", "how far can you go coarser with it?")
