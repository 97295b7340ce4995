"""How well the stability ranks scales as the true score does (Spearman)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rescale4dl_core.study.results import Sweep

FEWEST_SCALES = 4
"""With fewer, a rank correlation says next to nothing."""


def rank_agreement(sweep: Sweep) -> float | None:
    """Return Spearman's correlation of stability and IoU on the sample's grid over scales.

    A scale without a stability, where nothing plausible was found, ranks last.

    Returns
    -------
    float or None
        -1 to 1; None without a mask or a stability, with too few scales, or where either
        is the same everywhere.
    """
    pairs = [
        (0.0 if one.stability is None else one.stability.mean, one.sample_grid.iou.mean)
        for one in sweep.scales
        if one.sample_grid is not None
    ]
    measured = any(scale.stability is not None for scale in sweep.scales)
    if not measured or len(pairs) < FEWEST_SCALES:
        return None
    return spearman(*zip(*pairs, strict=True))


def spearman(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Return Spearman's rank correlation, None where either has one value only.

    Examples
    --------
    >>> spearman([1, 2, 3], [10, 20, 15]), spearman([1, 1], [1, 2])
    (0.5, None)
    """
    ranks = [_ranks(np.asarray(values, float)) for values in (first, second)]
    centred = [rank - rank.mean() for rank in ranks]
    spread = float(np.sqrt((centred[0] ** 2).sum() * (centred[1] ** 2).sum()))
    return float(centred[0] @ centred[1]) / spread if spread else None


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ranks from 1; equal values share the mean of theirs."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    ranks: NDArray[np.float64] = (last - (count - 1) / 2)[place]
    return ranks
