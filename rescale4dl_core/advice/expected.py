"""The score to expect at one coverage, read from a curve."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from rescale4dl_core.microscope.score_curve import ScoreCurve


@dataclass(frozen=True, slots=True)
class Expected:
    """IoU with its interval, and the share of objects found."""

    iou: float
    low: float
    high: float
    recall: float | None


def expected_at(curve: ScoreCurve, coverage_percent: float) -> Expected | None:
    """Return what `curve` expects at a coverage, None outside of what was measured.

    Examples
    --------
    >>> from rescale4dl_core.microscope.score_curve import ScoreCurve
    >>> curve = ScoreCurve((1, 4), (0.6, 0.8), (0.5, 0.7), (0.7, 0.9), "by hand")
    >>> expected_at(curve, 4.0)
    Expected(iou=0.8, low=0.7, high=0.9, recall=None)
    >>> expected_at(curve, 5.0) is None
    True
    """
    where = np.array([coverage_percent])
    iou, low, high, recall = (
        float(values[0])
        for values in (
            curve.at(where),
            curve.low_at(where),
            curve.high_at(where),
            curve.recall_at(where),
        )
    )
    if math.isnan(iou):
        return None
    return Expected(iou, low, high, None if math.isnan(recall) else recall)
