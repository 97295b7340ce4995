"""Page: make versions of a whole data set at other pixel sizes."""

import streamlit as st

from pages._ui.data_sets.evaluation import show_problems
from pages._ui.data_sets.opening import show_tree_to_rescale
from pages._ui.data_sets.rescaling import (
    choose_versions,
    open_to_rescale,
    rescaled,
    show_rescaled,
    show_what_was_found,
)
from pages._ui.shared.messages import show_next
from pages._ui.shared.navigation import enter_through_app

enter_through_app()
st.title("Rescale a data set")
st.caption(
    "Make coarser and finer versions of all your images and their labels, as a microscope "
    "with other pixels would have taken them. Then segment every version with your network."
)

given, expected = st.columns([3, 2], gap="large")
with expected:
    show_tree_to_rescale()
with given:
    opened = open_to_rescale()
    if opened is not None:
        show_what_was_found(opened)
        for dataset in opened.found:
            show_problems(dataset.problems)
        st.subheader("Which versions")
        choose_versions(opened)
if opened is not None:
    answer = rescaled()
    if answer is not None:
        st.subheader("Written")
        show_rescaled(answer)

show_next(
    "pages/evaluate_segmentations.py",
    "Evaluate segmentations",
    "once a folder called Prediction with your network's results lies beside each GT.",
)
