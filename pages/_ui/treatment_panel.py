"""Which images were treated, and whether their objects differ in size."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from pages._ui.dataset_work import compare
from pages._ui.jobs import computed
from pages._ui.messages import plain, show_error
from pages._ui.state import seeded
from rescale4dl_core.errors import RescaleError

if TYPE_CHECKING:
    from rescale4dl_core.evaluate.evaluation import Evaluation
    from rescale4dl_core.evaluate.treatment import TreatmentEffect

_TREATED = "treated_images"
SIDES = {"gt": "truth", "prediction": "prediction"}


def choose_treated(evaluation: Evaluation) -> tuple[TreatmentEffect, ...]:
    """Ask which images were treated, and return how they differ from the others."""
    files = sorted({result.pair.file for result in evaluation.results})
    kept = [file for file in st.session_state.get(_TREATED, ()) if file in files]
    treated = st.multiselect(
        "Treated images",
        files,
        key=seeded("treated", kept),
        placeholder="Choose the images of treated samples; all others count as untreated",
        help="Each image counts once, with the mean diameter of its objects, as the "
        "objects of one image are not independent.",
    )
    st.session_state[_TREATED] = tuple(treated)
    if not treated:
        return ()
    try:
        effects = computed(
            "treated",
            (evaluation, tuple(treated)),
            partial(compare, evaluation, tuple(treated)),
        )
    except RescaleError as error:
        show_error(error)
        return ()
    return effects


def show_effects(effects: tuple[TreatmentEffect, ...]) -> None:
    """Say for each sampling by how much treated objects differ."""
    if not effects:
        return
    rows = [
        f"| {plain(one.sampling)} | {SIDES[one.side]} | {plain(one.sentence)} |"
        for one in effects
    ]
    head = ["| Sampling | Sizes of | Treated against untreated |", "|---|---|---|"]
    st.markdown("\n".join([*head, *rows]))
    st.caption(
        "Cliff's delta is the effect size: 0 where the groups overlap fully, 1 or −1 where "
        "every treated image lies above or below every other. p is of a Mann-Whitney test "
        "over images; with few images it cannot become small, whatever the effect."
    )
