"""Time per field of view, from its parts."""

from __future__ import annotations

import math
from dataclasses import dataclass

from rescale4dl_core.errors import QuantityError


@dataclass(frozen=True, slots=True)
class FieldTiming:
    """What a microscope does at one field of view before it moves on.

    The defaults are the shortest believable ones of science.md 3: 0.1 s for a z move,
    0.5 s of overhead per image (readout and filter change), 2 s for the stage.
    """

    exposure_s: float = 0.1
    readout_s: float = 0.3
    filter_change_s: float = 0.2
    z_move_s: float = 0.1
    stage_move_s: float = 2.0
    autofocus_s: float = 0.0
    n_channels: int = 1
    n_planes: int = 1
    n_timepoints: int = 1

    def __post_init__(self) -> None:
        for name in (
            "exposure_s",
            "readout_s",
            "filter_change_s",
            "z_move_s",
            "stage_move_s",
            "autofocus_s",
        ):
            value = getattr(self, name)
            if not (math.isfinite(value) and value >= 0):
                raise QuantityError(
                    f"The time {name} must be 0 s or more; got {value!r}. "
                    "Correct it and try again."
                )
        for name in ("n_channels", "n_planes", "n_timepoints"):
            if getattr(self, name) < 1:
                raise QuantityError(
                    f"The count {name} must be 1 or more; got {getattr(self, name)!r}. "
                    "Correct it and try again."
                )
        if not self.tau_s > 0:
            raise QuantityError(
                "The time per field of view adds up to 0 s. Give at least one part, "
                "the exposure for instance."
            )

    @property
    def tau_s(self) -> float:
        """Time per field of view: tau of Eq. 3.

        Per time point the stage moves and focuses once; every channel is imaged at every
        plane; the focus moves between planes; the filter changes only between channels.
        """
        n_images = self.n_channels * self.n_planes
        imaging_s = n_images * (self.exposure_s + self.readout_s)
        filters_s = self.filter_change_s * (self.n_channels if self.n_channels > 1 else 0)
        z_s = self.z_move_s * (self.n_planes - 1) * self.n_channels
        per_timepoint_s = imaging_s + filters_s + z_s + self.stage_move_s + self.autofocus_s
        return per_timepoint_s * self.n_timepoints
