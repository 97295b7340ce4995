"""Page: what the sample looks like at other pixel sizes."""

import streamlit as st

from pages._ui.rescaled_views import (
    ask_piece,
    ask_pixel_sizes,
    labels_to_outline,
    offer_files,
    scale_views,
    show_views,
)
from pages._ui.shared.advice import session_evidence
from pages._ui.shared.measured_objects import measured
from pages._ui.shared.messages import show_demo_banner, show_error, show_next
from pages._ui.shared.navigation import enter_through_app
from pages._ui.shared.sample_controls import choose_image
from pages._ui.shared.state import current_session
from rescale4dl_core.errors import RescaleError
from rescale4dl_core.rescaling.series import NOT_A_REAL_OBJECTIVE, SOURCE
from rescale4dl_core.session.advising import recommended_ratio, spreads_at

enter_through_app()
st.title("Rescaled views")
st.caption(
    "The same piece of your sample at several pixel sizes. Can you still tell the objects "
    "apart? Then a network probably can too."
)

session = current_session()
entry, choices = session.entry, session.choices
image = entry.sample.image
if entry.is_demo:
    show_demo_banner()
choose_image(session)

recommended, measurement = None, None
try:
    measurement = measured(session)
    evidence = session_evidence(measurement, session)
    recommended = recommended_ratio(measurement, choices, image, evidence)
except RescaleError as error:
    show_error(error)

choices = ask_pixel_sizes(choices, image.pixel_size, recommended)
choices = ask_piece(choices)
if not choices.view_ratios:
    st.info("Choose at least one pixel size.")
    st.stop()

try:
    sample = entry.sample.with_labels(labels_to_outline(entry, choices))
    views = scale_views(sample, choices)
    spreads = measurement and spreads_at(measurement, image, choices.view_ratios)
    show_views(views, spreads or (), recommended)
    st.warning(NOT_A_REAL_OBJECTIVE)
    st.caption(SOURCE)
    offer_files(sample, views, spreads or ())
except RescaleError as error:
    show_error(error)

show_next("pages/throughput.py", "Throughput", "how many objects per hour that makes.")
