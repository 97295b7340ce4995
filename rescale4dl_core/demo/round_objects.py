"""Round objects with a slightly wavy outline: nuclei, cocci. Which pixels are theirs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class RoundObject:
    """An ellipse with a slightly wavy outline."""

    row_px: float
    column_px: float
    radius_px: float
    axis_ratio: float
    angle_rad: float
    waves: tuple[tuple[float, float], ...]
    """Amplitude and phase (rad) of the waves that go 2, 3, ... times around."""

    def depth(self, row_px: Any, column_px: Any) -> Any:
        """Return the distance from the centre as a share of the outline's: 1 lies on it."""
        down, right = row_px - self.row_px, column_px - self.column_px
        sine, cosine = np.sin(self.angle_rad), np.cos(self.angle_rad)
        stretch = np.sqrt(self.axis_ratio)
        along = (right * cosine + down * sine) / stretch
        across = (down * cosine - right * sine) * stretch
        turn = np.arctan2(across, along)
        outline = 1 + sum(
            amplitude * np.cos(times * turn + phase)
            for times, (amplitude, phase) in enumerate(self.waves, start=2)
        )
        return np.hypot(along, across) / (self.radius_px * outline)


def gap_px(one: RoundObject, other: RoundObject) -> float:
    """Return the room between two outlines on the line between the centres."""
    apart_px = np.hypot(one.row_px - other.row_px, one.column_px - other.column_px)
    reach = 1 / one.depth(other.row_px, other.column_px)
    reach += 1 / other.depth(one.row_px, one.column_px)
    return float(apart_px * (1 - reach))


def set_against(fixed: RoundObject, moving: RoundObject) -> RoundObject:
    """Move `moving` along the line between the centres until the outlines touch."""
    down, right = moving.row_px - fixed.row_px, moving.column_px - fixed.column_px
    share = 1 - gap_px(moving, fixed) / np.hypot(down, right)
    return replace(
        moving,
        row_px=fixed.row_px + share * down,
        column_px=fixed.column_px + share * right,
    )


def paint(objects: Sequence[RoundObject], shape_px: tuple[int, int]) -> NDArray[np.int32]:
    """Label the pixels whose centre lies in an object; overlaps are shared out."""
    labels = np.zeros(shape_px, np.int32)
    nearest = np.ones(shape_px)
    for number, one in enumerate(objects, start=1):
        reach_px = 1.5 * one.radius_px
        window = tuple(
            slice(max(0, int(centre - reach_px)), max(0, int(centre + reach_px) + 1))
            for centre in (one.row_px, one.column_px)
        )
        rows, columns = np.ogrid[: shape_px[0], : shape_px[1]]
        depth = one.depth(rows[window[0]], columns[:, window[1]])
        mine = depth < nearest[window]
        labels[window][mine] = number
        nearest[window][mine] = depth[mine]
    return labels
