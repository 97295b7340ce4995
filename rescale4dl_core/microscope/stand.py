"""What a microscope offers, to be combined in every way."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rescale4dl_core.errors import CatalogueError
from rescale4dl_core.microscope.configuration import require_lenses, require_whole_binning

if TYPE_CHECKING:
    from rescale4dl_core.microscope.camera import Camera
    from rescale4dl_core.microscope.objective import Objective

MOST_CONFIGURATIONS = 1_000_000


@dataclass(frozen=True, slots=True)
class Stand:
    """What a microscope offers: each objective with each camera, binning and relay."""

    objectives: tuple[Objective, ...]
    cameras: tuple[Camera, ...]
    binnings: tuple[int, ...] = (1, 2, 4)
    relays: tuple[float, ...] = (1.0,)
    tube_lens_mm: float | None = None
    assumed_field_number_mm: float | None = None
    """Where an objective's is unknown; None: the chip alone limits the field."""

    def __post_init__(self) -> None:
        for n_found, what in zip(
            self.shape, ("objective", "camera", "binning", "relay lens"), strict=True
        ):
            if not n_found:
                raise CatalogueError(
                    f"There is no {what} to choose from, so no configuration can be "
                    "ranked. Add one to the table, or let more through the filters."
                )
        if math.prod(self.shape) > MOST_CONFIGURATIONS:
            raise CatalogueError(
                f"{math.prod(self.shape):,} configurations are more than the "
                f"{MOST_CONFIGURATIONS:,} that are ranked at once. Choose fewer "
                "objectives, cameras, binnings or relay lenses."
            )
        for binning in self.binnings:
            require_whole_binning(binning)
            for camera in self.cameras:
                if binning > min(camera.rows_px, camera.columns_px):
                    raise CatalogueError(
                        f"{camera.label} has {camera.rows_px} × {camera.columns_px} "
                        f"pixels, so they cannot be binned {binning} × {binning}. Choose "
                        "a lower binning."
                    )
        for relay in self.relays:
            require_lenses(relay, self.tube_lens_mm, self.assumed_field_number_mm)

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Numbers of objectives, cameras, binnings and relays."""
        return (
            *(len(self.objectives), len(self.cameras)),
            *(len(self.binnings), len(self.relays)),
        )
