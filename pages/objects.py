"""Page: where the objects are, and how large."""

import streamlit as st

from pages._ui.objects import choose_settings, choose_source, draw_diameters
from pages._ui.shared.cache import cached_picture
from pages._ui.shared.downloads import chart_files, download_row, labels_file, png_file
from pages._ui.shared.measured_objects import entry_labels, object_tables
from pages._ui.shared.messages import show_demo_banner, show_error, show_next
from pages._ui.shared.navigation import enter_through_app
from pages._ui.shared.object_sizes import (
    ask_estimator,
    show_legend,
    show_sizes,
    show_tables,
)
from pages._ui.shared.sample_controls import choose_image
from pages._ui.shared.state import current_session
from pages._ui.shared.zoom import ask_zoom
from rescale4dl_core.charts.size_histogram import size_histogram_chart
from rescale4dl_core.errors import RescaleError
from rescale4dl_core.session.choices import ObjectSource
from rescale4dl_core.session.measuring import session_measurement

enter_through_app()
st.title("Objects")
st.caption("Check that the outlines fit: every number after this page rests on them.")

session = current_session()
image = session.entry.sample.image
if session.entry.is_demo:
    show_demo_banner()

shown, asked = st.columns([3, 2], gap="large")
with asked:
    choose_image(session)
    source = choose_source(session)

try:
    with asked:
        if source is ObjectSource.SEGMENTED:
            choose_settings(session)
    with shown:
        if source is ObjectSource.DRAWN:
            draw_diameters(session.entry)
        else:
            zoom = ask_zoom(image)
            labels = entry_labels(
                session.entry,
                session.choices,
                meanwhile=lambda: st.image(cached_picture(image, zoom), width="stretch"),
            )
            overlay = cached_picture(image, zoom, labels)
            st.image(overlay, width="stretch", alt="The image with outlined objects")
            show_legend(session, object_tables(session))
            download_row(
                png_file("outlines.png", overlay, "Outlines (PNG)"),
                labels_file("labels.tif", labels, image.pixel_size),
            )
    tables = object_tables(session)
    measurement = session_measurement(session, tables)
except RescaleError as error:
    show_error(error)
    st.stop()

show_sizes(measurement)
spread, diameter = st.columns([3, 2], gap="large")
with spread:
    st.subheader("Spread of sizes")
    chart = size_histogram_chart(measurement)
    st.altair_chart(chart, width="stretch")
    download_row(*chart_files("sizes", chart))
with diameter:
    st.subheader("Which diameter")
    ask_estimator(session, measurement)
st.subheader("Tables")
show_tables(session, measurement, tables)

show_next(
    "pages/rescaled_views.py", "Rescaled views", "see the sample at other pixel sizes."
)
