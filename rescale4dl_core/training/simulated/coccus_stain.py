"""The light of one stained coccus: its wall, its septum, its inside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescale4dl_core.demo.round_objects import RoundObject


@dataclass(frozen=True, slots=True)
class Stain:
    """What shines, for one field of cocci or for one coccus. Shares of the brightness."""

    brightness_photoelectrons: float
    """Mean photoelectrons per pixel of the wall in its brightest part, in perfect focus."""

    wall: float
    """The wall seen edge-on: a ring."""

    caps: float
    """The wall above and below the focus: a faint disc."""

    inside: float
    """The cytoplasm: as bright as the coccus is thick."""

    septum: float
    """The cross wall of a dividing coccus."""

    septum_closed: float
    """How far the septum has grown in: 0 just begun, 1 closed."""

    wall_sigma_px: float
    """Half the thickness of the wall as drawn, before the blur of the lens."""

    one_sided: float
    """How much brighter one side of the wall is."""


def add_light(
    light: NDArray[np.float64], one: RoundObject, stain: Stain, brighter_rad: float
) -> None:
    """Add the light of one coccus to `light` in place.

    A thin spherical shell in focus shows as a ring where the light passes along the wall,
    brighter than its two caps; a septum is a disc seen edge-on, as bright as the coccus
    is thick there.

    Parameters
    ----------
    light : ndarray of shape (rows, columns)
        Mean photoelectrons per pixel in perfect focus; added to.
    one
        The outline; a dividing coccus is long along its axis.
    stain
        What shines.
    brighter_rad
        Direction of the brighter side of the wall.
    """
    reach_px = 1.3 * one.radius_px * np.sqrt(one.axis_ratio) + 3 * stain.wall_sigma_px
    window = tuple(
        slice(max(0, int(centre - reach_px)), max(0, int(centre + reach_px) + 1))
        for centre in (one.row_px, one.column_px)
    )
    rows, columns = np.ogrid[: light.shape[0], : light.shape[1]]
    rows, columns = rows[window[0]], columns[:, window[1]]
    depth = one.depth(rows, columns)
    from_wall_px = (depth - 1) * one.radius_px + 1.5 * stain.wall_sigma_px
    ring = np.exp(-((from_wall_px / stain.wall_sigma_px) ** 2) / 2)
    within = np.clip((1 - depth) * one.radius_px + 0.5, 0, 1)
    thick = np.sqrt(np.clip(1 - depth**2, 0, 1))
    down, right = rows - one.row_px, columns - one.column_px
    sine, cosine = np.sin(one.angle_rad), np.cos(one.angle_rad)
    along_px, across_px = right * cosine + down * sine, down * cosine - right * sine
    grown = np.abs(across_px) >= (1 - stain.septum_closed) * one.radius_px
    septum = np.exp(-((along_px / stain.wall_sigma_px) ** 2) / 2) * within * grown
    side = 1 + stain.one_sided * np.cos(np.arctan2(down, right) - brighter_rad)
    light[window] += stain.brightness_photoelectrons * (
        stain.wall * ring * side
        + stain.caps * within
        + stain.inside * thick
        + stain.septum * septum
    )
