"""The card of a network: what to know before trusting it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages._ui.amounts import storage
from pages._ui.messages import plain
from rescale4dl_core.advice.wording import number

if TYPE_CHECKING:
    from rescale4dl_core.inference.card import NetworkCard, TestScores


def show_card(card: NetworkCard) -> None:
    """Show the card of one network, folded."""
    with st.expander(f"About {card.name}: data, licence, scores, limits"):
        st.markdown(f"**Use it for** {plain(card.intended_use)}")
        if card.not_for:
            st.markdown("**Not for**")
            st.markdown("\n".join(f"- {plain(sentence)}" for sentence in card.not_for))
        st.markdown(_facts(card))
        st.markdown("**Trained on**")
        st.markdown(_data(card))
        if card.scores:
            st.markdown("**Scores on images that it was not trained on**")
            st.markdown(_scores(card.scores))
            st.caption(
                "AP50: share of right objects among right, false and missed ones, where "
                "right means that prediction and truth share more than half of their "
                "common area (intersection over union, IoU, above 0.5). Mean IoU: of the "
                "right ones. Foreground IoU: of all object pixels together."
            )


def _facts(card: NetworkCard) -> str:
    fields, training, window = card.receptive_fields, card.training, card.window
    theoretical = (
        "the whole image"
        if fields.theoretical_px is None
        else f"{fields.theoretical_px} px by its layers"
    )
    rows = (
        ("Kind", f"{card.architecture}, {training.n_parameters:,} parameters"),
        ("File", f"{storage(card.size_bytes)}, licence {card.licence}"),
        (
            "Sees around each pixel (receptive field)",
            f"{theoretical}, {fields.impulse_px} px by a changed pixel, "
            f"{fields.effective_px:.0f} px hold 95 % of its response",
        ),
        (
            "Window",
            f"{number(window.low_percent)} to {number(window.high_percent)} % of a "
            f"diameter per pixel: objects of {window.diameter_min_px:.0f} to "
            f"{window.diameter_max_px:.0f} px ({window.source})",
        ),
        (
            "Sizes trained on (5 to 95 %)",
            f"{training.diameter_px_p05:.0f} to {training.diameter_px_p95:.0f} px",
        ),
        ("Split", training.split),
        ("Made by", f"{training.command} (seed {training.seed}, {training.n_steps} steps)"),
    )
    body = "\n".join(f"| {name} | {plain(value)} |" for name, value in rows)
    return f"| | |\n|---|---|\n{body}"


def _data(card: NetworkCard) -> str:
    rows = "\n".join(
        f"| {plain(one.name)} | {one.n_images:,} | {one.n_objects:,} | "
        f"{plain(one.licence)} | {plain(one.source)} |"
        for one in card.training.data
    )
    return f"| Set | Images | Objects | Licence | From |\n|---|---|---|---|---|\n{rows}"


def _scores(all_scores: tuple[TestScores, ...]) -> str:
    rows = "\n".join(
        f"| {plain(one.data_set)} | {plain(one.split)} | {len(one.images)} | "
        f"{one.ap50:.2f} | {one.mean_iou:.2f} | {one.foreground_iou:.2f} |"
        for one in all_scores
    )
    head = "| Set | Split | Images | AP50 | Mean IoU | Foreground IoU |"
    return f"{head}\n|---|---|---|---|---|---|\n{rows}"
