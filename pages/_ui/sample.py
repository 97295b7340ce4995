"""How images come in: uploaded, by a path on this machine, or simulated."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages._ui.shared.opening import ask_to_open, paths_may_be_opened, upload_folder
from pages._ui.shared.state import current_session, demo_session, open_session
from rescale4dl_core.reading.registry import (
    files_and_folders_in_words,
    folders_in_words,
    masks_in_words,
)


def open_controls() -> None:
    """Show the ways to open images."""
    names = ["Upload"]
    if paths_may_be_opened():
        names.append("By path on this machine")
    if not current_session().entry.is_demo:
        names.append("Demo")
    tabs = dict(zip(names, st.tabs(names), strict=True))
    with tabs["Upload"]:
        _upload()
    if "By path on this machine" in tabs:
        with tabs["By path on this machine"]:
            _by_path()
    if "Demo" in tabs:
        with tabs["Demo"]:
            st.button(
                "Close my images and show the demo sample",
                key="show_demo",
                on_click=_show_demo,
            )


def _upload() -> None:
    with st.form("upload", clear_on_submit=True, border=False):
        images = st.file_uploader(
            "Images of one sample",
            accept_multiple_files=True,
            key="images",
            help=files_and_folders_in_words(),
        )
        masks = st.file_uploader(
            "Their masks, if you have any",
            accept_multiple_files=True,
            key="masks",
            help="A mask gives each object its own number (0 is background), or marks all "
            "objects with one value. Name it like its image: cells.tif and cells_mask.tif. "
            + masks_in_words(),
        )
        if st.form_submit_button("Open", type="primary", key="open_upload"):
            if images:
                folder = upload_folder()
                ask_to_open(folder.store(images), folder.store(masks))
                st.rerun()
            st.error("No image was chosen. Choose at least one image, then press Open.")


def _by_path() -> None:
    with st.form("by_path", border=False):
        image = st.text_input(
            f"Image file or {folders_in_words()}",
            key="image_path",
            help=f"For files too large to upload. {files_and_folders_in_words()}",
        )
        mask = st.text_input("Its mask, if you have one", key="mask_path")
        if st.form_submit_button("Open", type="primary", key="open_path"):
            if image.strip():
                ask_to_open(_paths(image), _paths(mask))
                st.rerun()
            st.error("No path was typed. Type where the image lies, then press Open.")


def _paths(typed: str) -> list[Path]:
    cleaned = typed.strip().strip("\"'")
    return [Path(cleaned).expanduser()] if cleaned else []


def _show_demo() -> None:
    open_session(demo_session(current_session().choices))
