"""Our rule and three simple ones: which scale of a data set each would take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescale4dl_core.advice.evidence_curve import decide
from rescale4dl_core.window import DEFAULT_TOLERANCE_PERCENT, PUBLISHED_WINDOW

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from benchmarks.advice.curves import Measured, Scale

LARGEST_PERCENT = 16.0


def ours(
    seen: Measured, judged: Measured, tolerance_percent: float = DEFAULT_TOLERANCE_PERCENT
) -> Scale:
    """Return the scale of `judged` that the rule takes after a sweep of `seen`."""
    curve = seen.evidence()
    chosen = decide(curve, tolerance_percent).chosen
    return judged.scales[curve.points.index(chosen)]


def nearest_8(judged: Measured) -> Scale:
    """Return the scale nearest to 8 % on a log axis."""
    return judged.nearest(PUBLISHED_WINDOW.target_percent)


def largest_below_16(judged: Measured) -> Scale:
    """Return the coarsest scale below 16 %, the finest where none is."""
    below = [s for s in judged.scales if s.coverage_percent < LARGEST_PERCENT]
    return below[-1] if below else judged.scales[0]


def keep_original(judged: Measured) -> Scale:
    """Return the scale of the images as taken."""
    return judged.start


SIMPLE: Mapping[str, Callable[[Measured], Scale]] = {
    "nearest 8 %": nearest_8,
    "largest below 16 %": largest_below_16,
    "keep the original": keep_original,
}
