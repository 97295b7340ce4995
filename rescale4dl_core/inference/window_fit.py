"""Measured objects against the window of a network, in a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from rescale4dl_core.measure.measurement import Measurement
    from rescale4dl_core.window import Window

MOST_LEFT_OUT_PERCENT = 10.0
"""So many objects outside the window are not worth a word; 5 and 95 % leave as many."""


@dataclass(frozen=True, slots=True)
class WindowFit:
    """How the sizes of objects lie to a window."""

    sentence: str
    inside_window: bool
    """Of the average object."""

    share_inside_percent: float
    """Of the objects, by number."""

    ratio_into_window: float
    """New / old pixel size that brings the average object to the middle of the window; 1
    where it is inside."""


def window_fit(window: Window, measurement: Measurement) -> WindowFit:
    """Hold measured objects against a window."""
    diameter_px = measurement.diameter_px
    inside = window.contains(measurement.coverage.percent)
    sizes = measurement.diameters_px
    fits = (sizes >= window.diameter_min_px) & (sizes <= window.diameter_max_px)
    share = 100.0 * float(np.mean(fits))
    ratio = 1.0 if inside else diameter_px / window.target_px
    sentence = _sentence(window, diameter_px, inside, share, ratio)
    return WindowFit(sentence, inside, share, ratio)


def percent(value: float) -> str:
    """Return a coverage as it is said: 0.85, 3.8, 16.7.

    Examples
    --------
    >>> percent(0.847), percent(4.0), percent(50 / 3)
    ('0.85', '4', '16.7')
    """
    return f"{value:.2g}" if value < 10 else f"{value:.3g}"


def _sentence(
    window: Window, diameter_px: float, inside: bool, share: float, ratio: float
) -> str:
    wanted = f"{percent(window.low_percent)} to {percent(window.high_percent)} %"
    size = (
        f"Your objects are {diameter_px:.3g} px wide: one pixel spans "
        f"{100 / diameter_px:.2g} % of that (coverage)"
    )
    if not inside:
        large = diameter_px > window.diameter_max_px
        return (
            f"{size}; this network wants {wanted}, so they are too "
            f"{'large' if large else 'small'} for it. Pixels "
            f"{max(ratio, 1 / ratio):.2g}x {'coarser' if large else 'finer'} would suit."
        )
    spread = (
        f" {share:.0f} % of them lie inside by themselves."
        if share < 100 - MOST_LEFT_OUT_PERCENT
        else ""
    )
    return f"{size}, inside the {wanted} that this network wants.{spread}"
