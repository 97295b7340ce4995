"""What the sweep page asks: which scales, and whether to disturb the images."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from pages._ui.amounts import times
from pages._ui.messages import show_notes
from pages._ui.state import current_session, keep_choices, seeded
from rescale4dl_core.advice.wording import microns, number
from rescale4dl_core.session.sweeping import has_mask, series_of, wants_stability

if TYPE_CHECKING:
    from rescale4dl_core.measure.measurement import Measurement
    from rescale4dl_core.session.model import Session

STABILITY = (
    "Each image is run four times more: mirrored, with noise, and with pixels 5 % larger "
    "and smaller. A network that suits a scale finds the same objects every time. This "
    "judges scales without a mask, and takes about five times as long."
)


def ask_scales(session: Session, measurement: Measurement) -> None:
    """Ask which pixel sizes to try; keep the answer."""
    series = series_of(session, measurement)
    usual = [float(factor.ratio) for factor in series.factors]
    chosen = list(session.choices.sweep.ratios)
    size = measurement.pixel_size

    def name(ratio: float) -> str:
        um = "" if size is None else f": {microns(size.mean_um * ratio)}"
        return f"{times(ratio)}{um}"

    ratios = st.multiselect(
        "Pixel sizes to try, against your sample",
        sorted({*usual, *chosen}),
        format_func=name,
        key=seeded("sweep_ratios", chosen or usual),
        help="Few coarse ones answer fast; the finest take the most time.",
    )
    show_series = series.notes if not chosen else ()
    show_notes(show_series)
    if not ratios:
        st.caption("None chosen: the usual ones are tried.")
    is_usual = sorted(ratios) == usual or not ratios
    _keep(ratios=() if is_usual else tuple(sorted(ratios)))


def ask_stability(session: Session) -> None:
    """Ask whether perturbed versions are run too; keep the answer."""
    before = wants_stability(session)
    wanted = st.toggle(
        "Measure stability", key=seeded("sweep_stability", before), help=STABILITY
    )
    if wanted != before:
        _keep(stability=wanted)
    if not wanted and not has_mask(session):
        st.caption(
            "Without a mask and without stability, only the number and size of what is "
            "found can be compared."
        )


def show_reference(session: Session, measurement: Measurement) -> None:
    """Say what predictions are compared with."""
    diameter = f"{number(measurement.diameter_px)} px"
    n_images = len(session.entries)
    images = "your image" if n_images == 1 else f"your {n_images} images together"
    n_masks = sum(entry.sample.labels is not None for entry in session.entries)
    if n_masks:
        every = "the mask" if n_masks == n_images else f"the masks of {n_masks} of them"
        st.caption(f"On {images}, objects {diameter} across. Scored against {every}.")
    else:
        st.caption(
            f"On {images}, objects {diameter} across by the Objects page. There is no "
            "mask to score against, so scales are compared by **stability**."
        )


def _keep(**changed: object) -> None:
    choices = current_session().choices
    sweep = replace(choices.sweep, **changed)  # type: ignore[arg-type]
    keep_choices(replace(choices, sweep=sweep))
