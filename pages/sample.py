"""Page: open images of the sample and check what is known of them."""

import streamlit as st

from pages._ui.sample import open_controls
from pages._ui.shared.cache import cached_picture
from pages._ui.shared.downloads import download_row, png_file
from pages._ui.shared.messages import plain, show_demo_banner, show_next
from pages._ui.shared.navigation import enter_through_app
from pages._ui.shared.opening import serve_request
from pages._ui.shared.sample_controls import (
    choose_image,
    choose_pixel_size,
    choose_plane,
    offer_to_close,
    show_facts,
)
from pages._ui.shared.state import current_session
from pages._ui.shared.zoom import ask_zoom

enter_through_app()
st.title("Sample")
st.caption(
    "Open an image of your sample, taken at the finest pixel size you have. The app "
    "measures its objects and works out the pixel size to acquire at."
)
serve_request()

session = current_session()
image = session.entry.sample.image
if session.entry.is_demo:
    show_demo_banner()

shown, known = st.columns([3, 2], gap="large")
with shown:
    choose_image(session)
    picture = cached_picture(image, ask_zoom(image))
    st.image(picture, width="stretch", alt="The image with its scale bar")
    st.caption(f"{plain(image.name)}. Only the screen shows it with stretched contrast.")
    download_row(png_file("sample.png", picture, "Picture (PNG)"))
    offer_to_close(session)
    st.subheader("What is known of this image")
    show_facts(session.entry)
with known:
    st.subheader("Open images")
    open_controls()
    choose_plane(session.entry)
    st.subheader("Pixel size")
    choose_pixel_size(session)

show_next("pages/objects.py", "Objects", "check the outlines and sizes of the objects.")
