"""The numbers that a user takes to the microscope, in rows that fit any screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from pages._ui.amounts import change, pixel, times
from rescale4dl_core.advice.wording import number

if TYPE_CHECKING:
    from rescale4dl_core.advice.recommendation import Recommendation

IN_A_ROW = 4
IN_A_ROW_WITH_SCORE = 3


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with what stands around it."""

    label: str
    value: str
    beside: str
    meaning: str


def show_numbers(advice: Recommendation) -> None:
    """Show pixel size, coverage, score and gains, where something is recommended."""
    figures = _figures(advice)
    width = IN_A_ROW if len(figures) <= IN_A_ROW else IN_A_ROW_WITH_SCORE
    for start in range(0, len(figures), width):
        row = st.columns(width, gap="small")
        for column, figure in zip(row, figures[start : start + width], strict=False):
            column.metric(
                figure.label,
                figure.value,
                delta=figure.beside,
                delta_color="off",
                delta_arrow="off",
                border=True,
                help=figure.meaning,
            )


def _figures(advice: Recommendation) -> list[Figure]:
    gain = advice.gain
    if advice.ratio is None or gain is None:
        return []
    value, change_in_words = pixel(advice.pixel_size_um, advice.ratio), times(advice.ratio)
    if advice.pixel_size_um is None and advice.ratio != 1:
        value, _, change_in_words = change_in_words.partition(" ")
    return [
        Figure(
            "Pixel size",
            value,
            change_in_words,
            "On the sample: camera pixel × binning ÷ magnification.",
        ),
        Figure(
            "One pixel spans",
            f"{number(advice.coverage_percent or 0)} %",
            f"{number(advice.measurement.coverage.percent)} % now",
            "Of the mean diameter of your objects: the coverage.",
        ),
        *_score(advice),
        Figure(
            "Objects per hour",
            change(gain.objects),
            "by another lens",
            "Against the sample as taken. Binning gains none.",
        ),
        Figure(
            "Storage and light",
            change(gain.storage),
            "for the same area",
            "Bytes, and light on the sample for the same signal-to-noise ratio per pixel "
            "at the same NA.",
        ),
    ]


def _score(advice: Recommendation) -> list[Figure]:
    if advice.expected_iou is None:
        return []
    low, high = advice.expected_iou_low or 0.0, advice.expected_iou_high or 0.0
    overlap = Figure(
        "Expected overlap (IoU)",
        f"{advice.expected_iou:.2f}",
        f"{low:.2f} to {high:.2f}",
        "How well the outlines that the network finds cover the true ones, on the grid of "
        "your sample: 1 is perfect, a missed object counts 0.",
    )
    if advice.expected_recall is None:
        return [overlap]
    return [
        overlap,
        Figure(
            "Objects found",
            f"{100 * advice.expected_recall:.0f} %",
            "of the true ones",
            "Found: overlap with the true object above one half.",
        ),
    ]
