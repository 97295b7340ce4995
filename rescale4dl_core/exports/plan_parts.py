"""What a plan is made of: channels, wells, fields of view and sources."""

from __future__ import annotations

from dataclasses import dataclass

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.quantities import require_position, require_positive


@dataclass(frozen=True, slots=True)
class PlannedChannel:
    """One colour, by the name that it has in the microscope's software."""

    name: str
    exposure_s: float

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise QuantityError("A channel has no name. Give each one its name.")
        require_positive(f"The exposure of {self.name} (s)", self.exposure_s)


@dataclass(frozen=True, slots=True)
class Well:
    """Where a grid of fields is centred, in coordinates of the stage."""

    name: str
    x_um: float = 0.0
    y_um: float = 0.0

    def __post_init__(self) -> None:
        require_position(f"The place of well {self.name} across (µm)", self.x_um)
        require_position(f"The place of well {self.name} down (µm)", self.y_um)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a number was read, or the formula that gave it."""

    what: str
    where: str


@dataclass(frozen=True, slots=True)
class Tile:
    """One field of view: well, place in the grid, centre on the stage."""

    well: str
    row: int
    column: int
    x_um: float
    y_um: float
