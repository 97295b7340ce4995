"""How far a network sees, in words and drawn on the sample."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from pages._ui.shared.cache import cached_sight
from pages._ui.shared.downloads import download_row, png_file
from pages._ui.shared.messages import plain, show_notes
from rescale4dl_core.inference.suitability import percent, window_fit
from rescale4dl_core.pictures.network_sight import Square

if TYPE_CHECKING:
    from collections.abc import Callable

    from pages._ui.shared.network_run import NetworkKey
    from rescale4dl_core.images import Image
    from rescale4dl_core.inference.card import NetworkCard
    from rescale4dl_core.inference.network import Network
    from rescale4dl_core.labels import Labels
    from rescale4dl_core.measuring.measurement import Measurement
    from rescale4dl_core.window import Window


BY_LAYERS = (213, 94, 0)
BY_CHANGE = (240, 228, 66)
BY_ENERGY = (0, 158, 115)
"""Vermilion, yellow and green of Okabe and Ito."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What a network sees around a pixel, and the window that follows."""

    theoretical_px: int | None
    impulse_px: int
    effective_px: float
    output_stride: int
    window: Window | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """The network to run."""

    key: NetworkKey
    opened: Callable[[], Network]
    """Opens it, or returns it where it is open; in any thread."""

    sight: Sight


def sight_of(card: NetworkCard) -> Sight:
    """Return what the card of a shipped network says."""
    fields = card.receptive_fields
    return Sight(
        fields.theoretical_px,
        fields.impulse_px,
        fields.effective_px,
        card.spec.output_stride,
        card.window,
    )


def show_fit(sight: Sight, measurement: Measurement | None) -> None:
    """Say which objects suit a network of the user's own, and whether these do."""
    show_notes(sight.notes)
    window = sight.window
    if window is None:
        return
    st.markdown(
        f"**It suits objects of {window.diameter_min_px:.0f} to "
        f"{window.diameter_max_px:.0f} px**: one pixel spans {percent(window.low_percent)} "
        f"to {percent(window.high_percent)} % of their diameter. Wider ones do not fit "
        "into half of what it sees; smaller ones dissolve."
    )
    if measurement is not None:
        fit = window_fit(window, measurement)
        (st.success if fit.inside_window else st.warning)(plain(fit.sentence))


def show_sight(sight: Sight, image: Image, labels: Labels | None) -> None:
    """Show the three receptive fields: numbers, meaning, and squares on the image."""
    st.subheader("How far it sees", anchor=False)
    st.caption(
        "What a network says about a pixel depends on a square around it: its receptive "
        "field. Here it is drawn to scale around one of your objects of typical size."
    )
    drawn, told = st.columns([3, 2], gap="large")
    with told:
        _tell(sight)
    with drawn:
        squares = _squares(sight)
        if squares:
            picture = cached_sight(image, labels, squares)
            st.image(picture, width="stretch", alt="Receptive fields around an object")
            download_row(png_file("receptive_field.png", picture, "Squares (PNG)"))


def _squares(sight: Sight) -> tuple[Square, ...]:
    squares = []
    if sight.theoretical_px is not None:
        squares.append(Square(sight.theoretical_px, BY_LAYERS))
    squares.append(Square(sight.impulse_px, BY_CHANGE, dashed=True))
    squares.append(Square(sight.effective_px, BY_ENERGY))
    return tuple(square for square in squares if square.side_px > 0)


def _tell(sight: Sight) -> None:
    layers = (
        "the whole image, or not to be read from its layers"
        if sight.theoretical_px is None
        else f"{sight.theoretical_px} px"
    )
    changed, effective = f"{sight.impulse_px} px", f"{sight.effective_px:.0f} px"
    st.markdown(
        f":orange[■] **By its layers: {layers}** (orange). No pixel further away can "
        "matter (theoretical receptive field, the largest over all positions).\n\n"
        f":yellow[■] **By a changed pixel: {changed}** (dashed, yellow). So far away a "
        "change was seen to arrive (impulse-measured).\n\n"
        f":green[■] **In practice: {effective}** (green). This square holds 95 % of the "
        "response to a small change (effective receptive field)."
    )
    if sight.output_stride > 1:
        st.markdown(
            f"Its maps have one pixel for {sight.output_stride} x {sight.output_stride} of "
            "the image."
        )
    if sight.window is not None:
        st.markdown(
            f"An object should be at most {sight.window.diameter_max_px:.0f} px wide, half "
            "of what the network sees, so that its outline and its surroundings are seen "
            f"together, and at least {sight.window.diameter_min_px:.0f} px. "
            f"Source: {plain(sight.window.source)}."
        )
