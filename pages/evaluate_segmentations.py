"""Page: how well segmentations at several pixel sizes agree with the truth."""

import streamlit as st

from pages._ui.data_sets.evaluation import (
    choose_how,
    choose_treated,
    evaluated,
    offer_everything,
    open_to_evaluate,
    show_detected,
    show_effects,
    show_pictures,
    show_plots,
    show_summary,
    show_tables,
    show_what_was_found,
)
from pages._ui.data_sets.opening import show_tree_to_evaluate
from pages._ui.shared.messages import show_next
from pages._ui.shared.navigation import enter_through_app
from rescale4dl_core.evaluation.tables import tables_of
from rescale4dl_core.evaluation.treatment import treatment_table

enter_through_app()
st.title("Evaluate segmentations")
st.caption(
    "You have segmented the same images at several pixel sizes. See how coarse the pixels "
    "may be before your network loses objects or gets their sizes wrong."
)

given, expected = st.columns([3, 2], gap="large")
with expected:
    show_tree_to_evaluate()
with given:
    opened = open_to_evaluate()
    if opened is not None:
        show_what_was_found(opened)
        choose_how(opened)
if opened is None:
    show_next(
        "pages/rescale_data_set.py",
        "Rescale a data set",
        "make these folders from your images first.",
    )
    st.stop()

answer = evaluated()
if answer is None:
    st.info(
        "Nothing is evaluated yet. Open “Evaluate in another way” above and press "
        "“Evaluate again”, or open another data set."
    )
    st.stop()
evaluation = answer.evaluation

st.subheader("What comes out")
show_detected(evaluation)
tables = tables_of(evaluation)
show_summary(next(table for table in tables if table.name == "summary"))

st.subheader("Treated against untreated")
effects = choose_treated(evaluation)
show_effects(effects)

st.subheader("Charts")
show_plots(evaluation, effects)

st.subheader("Found and missed")
show_pictures(answer.pictures)

st.subheader("Tables")
show_tables((*tables, treatment_table(effects)) if effects else tables)

st.subheader("Everything")
offer_everything(evaluation, effects)

show_next(
    "pages/sample.py",
    "Sample",
    "find the pixel size to acquire at for a new kind of sample.",
)
