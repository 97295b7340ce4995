"""The score to expect at each coverage, from whatever evidence there is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.errors import QuantityError

if TYPE_CHECKING:
    from numpy.typing import NDArray


ROUNDING = 1e-9
"""A coverage this near to an end, as a share of it, is that end computed otherwise."""


@dataclass(frozen=True, slots=True)
class ScoreCurve:
    """Expected IoU over coverage, with its interval; unknown outside the points.

    Between the points it runs straight over the logarithm of the coverage.
    """

    coverage_percent: tuple[float, ...]
    """Ascending."""

    iou: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    source: str
    """What the numbers rest on."""

    recall: tuple[float, ...] | None = None
    """Share of the objects that are found; None where it was not measured."""

    def __post_init__(self) -> None:
        columns = [self.iou, self.low, self.high]
        if self.recall is not None:
            columns.append(self.recall)
        lengths = {len(self.coverage_percent), *map(len, columns)}
        if len(lengths) != 1 or not self.coverage_percent:
            raise QuantityError(
                "A curve of expected scores needs one score and one interval for each "
                f"coverage; got {', '.join(map(str, sorted(lengths)))} values. Give "
                "columns of equal length, one point at least."
            )
        steps = np.diff(self.coverage_percent)
        if not (self.coverage_percent[0] > 0 and np.all(steps > 0)):
            raise QuantityError(
                "The coverages of a curve of expected scores must be positive and "
                "ascending. Sort them and leave out doubles."
            )

    def at(self, coverage_percent: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the expected IoU, NaN outside the points.

        Examples
        --------
        >>> curve = ScoreCurve((1, 4), (0.6, 0.8), (0.5, 0.7), (0.7, 0.9), "by hand")
        >>> curve.at(np.array([2.0, 8.0])).round(3).tolist()
        [0.7, nan]
        """
        return self._between(coverage_percent, self.iou)

    def low_at(self, coverage_percent: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the lower end of the interval, NaN outside the points."""
        return self._between(coverage_percent, self.low)

    def high_at(self, coverage_percent: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the upper end of the interval, NaN outside the points."""
        return self._between(coverage_percent, self.high)

    def recall_at(self, coverage_percent: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the share of objects found, NaN where it is not known."""
        if self.recall is None:
            return np.full(np.shape(coverage_percent), np.nan)
        return self._between(coverage_percent, self.recall)

    def held_recall_at(self, coverage_percent: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the share of objects found, outside the points that of the nearest one.

        1 where it was not measured at all.
        """
        if self.recall is None:
            return np.ones(np.shape(coverage_percent))
        inside = np.clip(
            coverage_percent, self.coverage_percent[0], self.coverage_percent[-1]
        )
        return self._between(inside, self.recall)

    def _between(
        self, coverage_percent: NDArray[np.float64], values: tuple[float, ...]
    ) -> NDArray[np.float64]:
        known = np.log(self.coverage_percent)
        wanted = np.log(coverage_percent)
        for end in (known[0], known[-1]):
            wanted = np.where(np.abs(wanted - end) < ROUNDING, end, wanted)
        found: NDArray[np.float64] = np.interp(
            wanted, known, values, left=np.nan, right=np.nan
        )
        return found
