"""The results of a data set, sampling by sampling."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rescale4dl_core.evaluate.files import ORIGINAL
from rescale4dl_core.evaluate.summary import SamplingSummary, median_or_none, summary_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescale4dl_core.evaluate.pair import PairResult
    from rescale4dl_core.measure.estimator import Aggregate, Estimator


def by_sampling(results: Sequence[PairResult]) -> dict[str, list[PairResult]]:
    """Return the results of each sampling, in the order of `results`."""
    groups: dict[str, list[PairResult]] = {}
    for result in results:
        groups.setdefault(result.pair.sampling, []).append(result)
    return groups


def summarise_samplings(
    results: Sequence[PairResult], estimator: Estimator, aggregate: Aggregate
) -> tuple[SamplingSummary, ...]:
    """Summarise each sampling and compare it with the original."""
    groups = by_sampling(results)
    original = median_or_none([result.iou for result in groups.get(ORIGINAL, [])])
    fov_px = original_shape_px(results)
    return tuple(
        summary_of(
            group,
            estimator=estimator,
            aggregate=aggregate,
            fov_px=fov_px,
            original_median_iou=original,
        )
        for group in groups.values()
    )


def original_shape_px(results: Sequence[PairResult]) -> tuple[int, int]:
    """Return the commonest shape of the originals: CAM_FOV of Eq. 3.

    Without originals it is told from the sampling nearest to them.
    """
    nearest = min(results, key=lambda result: result.pair.factor.times).pair.factor
    shapes = Counter(result.shape_px for result in results if result.pair.factor == nearest)
    rows, columns = shapes.most_common(1)[0][0]
    return round(rows * nearest.ratio), round(columns * nearest.ratio)
