"""An acquisition as it will be run: lens, camera, fields, channels, planes, wells."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.exports.promises import (
    Alternative,  # noqa: TC001 read by type
    Expected,  # noqa: TC001 read by type
)
from rescale4dl_core.planning.costs import storage_bytes
from rescale4dl_core.planning.timing import whole_duration_s
from rescale4dl_core.quantities import (
    require_aperture,
    require_overlap,
    require_position,
    require_positive,
)


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


GROSSLY = 10
"""A field so many times larger or smaller than its pixels is that of another image."""


@dataclass(frozen=True, slots=True)
class AcquisitionPlan:
    """What a microscope is told to do. Sizes are (rows, columns), (height, width)."""

    objective: str
    magnification: float
    """Between sample and camera: objective x relay x tube-lens ratio."""

    numerical_aperture: float | None
    camera: str
    pitch_um: float
    """Side of a pixel on the chip, not binned."""

    binning: int
    image_px: tuple[int, int]
    """Rows and columns of one image as saved."""

    field_um: tuple[float, float]
    """Height and width of the sample that one image shows."""

    grid: tuple[int, int]
    """Rows and columns of fields in each well."""

    channels: tuple[PlannedChannel, ...]
    tau_s: float
    """Time per field of view, over all channels, planes and time points."""

    overlap_percent: float = 0.0
    n_planes: int = 1
    z_step_um: float | None = None
    n_timepoints: int = 1
    interval_s: float | None = None
    """From one time point to the next; None: as fast as it goes."""

    wells: tuple[Well, ...] = (Well("1"),)
    bytes_per_pixel: int = 2
    compression: float = 1.0
    """Raw bytes / compressed bytes."""

    relay: float = 1.0
    """Magnification of the lens before the camera, part of `magnification`."""

    tube_lens_mm: float | None = None
    """Of the stand, where the objective was designed for another one."""

    camera_px: tuple[int, int] | None = None
    """Rows and columns of the whole chip, binned; None: not known."""

    sources: tuple[Source, ...] = ()
    expected: Expected | None = None
    """What it promises for the objects; None for a plan that no ranking made."""

    alternatives: tuple[Alternative, ...] = ()

    def __post_init__(self) -> None:
        for name, value in (
            ("The magnification", self.magnification),
            ("The pitch of the pixels (µm)", self.pitch_um),
            ("The binning", self.binning),
            ("The number of image rows (px)", self.image_px[0]),
            ("The number of image columns (px)", self.image_px[1]),
            ("The height of the field (µm)", self.field_um[0]),
            ("The width of the field (µm)", self.field_um[1]),
            ("The number of rows of fields", self.grid[0]),
            ("The number of columns of fields", self.grid[1]),
            ("The time per field (s)", self.tau_s),
            ("The number of planes", self.n_planes),
            ("The number of time points", self.n_timepoints),
            ("The number of bytes per pixel", self.bytes_per_pixel),
            ("The compression (raw / compressed bytes)", self.compression),
            ("The magnification of the relay lens", self.relay),
            ("The focal length of the tube lens (mm)", self.tube_lens_mm),
            ("The time between time points (s)", self.interval_s),
        ):
            if value is not None:
                require_positive(name, value)
        for n_px in self.camera_px or ():
            require_positive("The number of pixels along a side of the camera", n_px)
        if self.numerical_aperture is not None:
            require_aperture(self.numerical_aperture)
        self._require_one_size()
        require_overlap(self.overlap_percent)
        if self.n_planes > 1:
            if self.z_step_um is None:
                raise QuantityError(
                    f"{self.n_planes} planes are planned without the distance between "
                    "them. Give the z step in µm."
                )
            require_positive("The z step (µm)", self.z_step_um)
        names = [channel.name for channel in self.channels]
        if len(set(names)) < len(names):
            raise QuantityError(
                f"Two channels are called {max(names, key=names.count)}. Give each one its "
                "own name."
            )
        if not self.channels or not self.wells:
            missing = "wells" if self.channels else "channels"
            raise QuantityError(f"The plan has no {missing}. Give it at least one.")
        require_positive("The number of images", self.n_images)

    def _require_one_size(self) -> None:
        """Refuse a field whose size in µm and in pixels contradict each other."""
        for side, n_px, side_um in zip(
            ("high", "wide"), self.image_px, self.field_um, strict=True
        ):
            ratio = n_px * self.pixel_um / side_um
            if not 1 / GROSSLY < ratio < GROSSLY:
                raise QuantityError(
                    f"The field is {side_um:.4g} µm {side}, but its {n_px} pixels of "
                    f"{self.pixel_um:.4g} µm make {n_px * self.pixel_um:.4g} µm. Correct "
                    "the field, the number of pixels or the magnification."
                )

    @property
    def pixel_um(self) -> float:
        """Side of a saved pixel on the sample: pitch x binning / magnification."""
        return self.pitch_um * self.binning / self.magnification

    @property
    def is_cropped(self) -> bool:
        """Whether only the middle of the chip is saved: the objective fills no more."""
        return self.camera_px is not None and self.image_px != self.camera_px

    @property
    def step_um(self) -> tuple[float, float]:
        """From one field to the next, down and across."""
        share = 1 - self.overlap_percent / 100
        return self.field_um[0] * share, self.field_um[1] * share

    @property
    def n_fields(self) -> int:
        """Fields of view over all wells."""
        return self.grid[0] * self.grid[1] * len(self.wells)

    @property
    def leaves_wells(self) -> bool:
        """Whether grids run into each other; wells lie on a plate, equally far apart."""
        (height_um, width_um), (down_um, across_um) = self.field_um, self.step_um
        size_um = (
            height_um + (self.grid[0] - 1) * down_um,
            width_um + (self.grid[1] - 1) * across_um,
        )
        first = self.wells[0]
        return any(
            abs(well.y_um - first.y_um) < size_um[0]
            and abs(well.x_um - first.x_um) < size_um[1]
            for well in self.wells[1:]
        )

    @property
    def n_images(self) -> int:
        """Images over all fields, channels, planes and time points."""
        per_field = len(self.channels) * self.n_planes * self.n_timepoints
        return self.n_fields * per_field

    @property
    def round_s(self) -> float:
        """From the start of one time point to the next: the interval, if it suffices."""
        busy_s = self.n_fields * self.tau_s / self.n_timepoints
        return busy_s if self.interval_s is None else max(busy_s, self.interval_s)

    @property
    def duration_s(self) -> float:
        """From the first image to the last; between time points the stage may wait."""
        busy_s = self.n_fields * self.tau_s
        return float(whole_duration_s(busy_s, self.n_timepoints, self.interval_s))

    @property
    def storage_bytes(self) -> int:
        """Bytes on disk, not compressed."""
        return storage_bytes(
            self.image_px,
            bytes_per_pixel=self.bytes_per_pixel,
            images_per_field=len(self.channels) * self.n_planes * self.n_timepoints,
            n_fields=self.n_fields,
        )

    def moved_by(self, x_um: float, y_um: float) -> AcquisitionPlan:
        """Return the plan with all wells elsewhere on the stage."""
        wells = tuple(
            replace(well, x_um=well.x_um + x_um, y_um=well.y_um + y_um)
            for well in self.wells
        )
        return replace(self, wells=wells)

    @property
    def tiles(self) -> tuple[Tile, ...]:
        """Every field in the order of the stage: row by row, there and back again.

        The first row is the one with the largest y, as useq-schema has it.
        """
        rows, columns = self.grid
        down_um, across_um = self.step_um
        return tuple(
            Tile(
                well.name,
                row,
                column,
                well.x_um + (column - (columns - 1) / 2) * across_um,
                well.y_um + ((rows - 1) / 2 - row) * down_um,
            )
            for well in self.wells
            for row in range(rows)
            for column in (range(columns) if row % 2 == 0 else reversed(range(columns)))
        )


def plan_cautions(plan: AcquisitionPlan) -> tuple[str, ...]:
    """Return one sentence for each thing to mind, with what to do."""
    found = []
    if plan.is_cropped and plan.camera_px is not None:
        rows, columns = plan.image_px
        found.append(
            f"Set the camera to its middle {rows} × {columns} pixels (rows × columns, of "
            f"{plan.camera_px[0]} × {plan.camera_px[1]}): the objective fills no more of "
            "the chip, and fields, time and storage are those of this region."
        )
    if plan.leaves_wells:
        found.append(
            "The grid of fields is larger than the distance from well to well: it runs "
            "into the next one. Ask for fewer objects in each well, or use a plate of "
            "larger wells."
        )
    return tuple(found)
