"""How the versions of a data set are shown once they are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages._ui.amounts import some, storage, times
from pages._ui.evaluation_controls import show_problems
from pages._ui.messages import plain, show_notes

if TYPE_CHECKING:
    from pages._ui.dataset_work import Rescaled


def show_rescaled(answer: Rescaled) -> None:
    """List the folders that were written, and offer them as a zip file."""
    done, wanted = answer.done, answer.wanted
    before = (
        f" {done.n_finished_before} of them were finished before and kept."
        if done.n_finished_before
        else ""
    )
    st.success(
        f"{some(done.n_images, 'image')} in {some(len(done.folders), 'version')}.{before}"
    )
    show_notes(done.cautions)
    show_problems(done.problems)
    rows = [
        f"| {plain(f'{one.dataset}/{one.sampling}')} | {plain(times(one.ratio))} "
        f"| {one.n_images} | {one.n_labels} |"
        for one in done.folders
    ]
    head = ["| Folder | Pixels | Images | Labels |", "|---|---|---|---|"]
    st.markdown("\n".join([*head, *rows]))
    st.caption("In each folder: Images, and GT with the labels.")
    if wanted.zip_path is None:
        st.markdown(f"They lie in **{plain(str(wanted.folder.resolve()))}**.")
        return
    st.download_button(
        f"Download all ({storage(wanted.zip_path.stat().st_size)})",
        wanted.zip_path.read_bytes,
        "rescaled.zip",
        "application/zip",
        key="download_rescaled",
        on_click="ignore",
        type="primary",
    )
