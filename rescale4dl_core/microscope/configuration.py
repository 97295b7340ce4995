"""One objective with one camera: what it shows of the sample, and how fine.

The functions take numbers or arrays that broadcast, so that one configuration and ten
thousand follow the same formulas.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from rescale4dl_core.errors import CatalogueError, QuantityError
from rescale4dl_core.microscope.camera import Camera  # noqa: TC001 read by type
from rescale4dl_core.microscope.objective import Objective  # noqa: TC001 read by type
from rescale4dl_core.quantities import PixelSize, require_positive

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescale4dl_core.microscope.light import Light


Value = TypeVar("Value", float, "NDArray[np.float64]")
NM_PER_UM = 1000.0
ROUNDING = 1e-9
"""Less than this from a whole number is that number, in the arithmetic of a machine."""


def require_whole_binning(binning: float) -> None:
    """Raise `QuantityError` unless a camera can bin so."""
    if not (1 <= binning < math.inf and binning == int(binning)):
        raise QuantityError(
            f"The binning must be a whole number, 1 or more; got {binning!r}. "
            "Correct it and try again."
        )
    require_positive("The binning", binning)


def require_lenses(
    relay: float, tube_lens_mm: float | None, assumed_field_number_mm: float | None
) -> None:
    """Raise `QuantityError` unless the lenses of a stand are possible."""
    for meaning, value in (
        ("The magnification of the relay lens", relay),
        ("The focal length of the tube lens (mm)", tube_lens_mm),
        ("The assumed field number (mm)", assumed_field_number_mm),
    ):
        if value is not None:
            require_positive(meaning, value)


def tube_lens_ratio(objective: Objective, tube_lens_mm: float | None) -> float:
    """Return focal length of the stand's tube lens / that of the objective's design.

    1 where either is unknown: an objective on the stand of its own maker.
    """
    if tube_lens_mm is None or objective.tube_lens_mm is None:
        return 1.0
    return tube_lens_mm / objective.tube_lens_mm


def sample_pixel_um(pitch_um: Value, binning: Value, total_magnification: Value) -> Value:
    """Return pitch x binning / (magnification x relay x tube-lens ratio)."""
    return pitch_um * binning / total_magnification


def seen_share(height_um: Value, width_um: Value, circle_um: Value) -> Value:
    """Return the share of each side of the chip whose corners lie in the field circle.

    1 where the circle is as wide as the chip's diagonal, or unknown (infinite).
    """
    share: Value = np.minimum(1.0, circle_um / np.hypot(height_um, width_um))
    return share


def saved_px(chip_px: Value, binning: Value) -> Value:
    """Return how many whole binned pixels fit, 1 at least; rounding decides nothing."""
    whole: Value = np.maximum(1.0, np.floor(chip_px / binning + ROUNDING))
    return whole


def depth_of_field_um(
    numerical_aperture: Value, immersion_index: Value, emission_nm: float, pixel_um: Value
) -> Value:
    """Return wave and pixel part: emission n / NA^2 + n pixel / NA.

    With the pixel size on the sample, e / M of the usual formula.
    """
    wave_um = emission_nm / NM_PER_UM * immersion_index / numerical_aperture**2
    return wave_um + immersion_index * pixel_um / numerical_aperture


@dataclass(frozen=True, slots=True)
class Configuration:
    """An objective, a camera, its binning, a relay lens and the stand's tube lens."""

    objective: Objective
    camera: Camera
    binning: int = 1
    relay: float = 1.0
    """Magnification between tube lens and camera: 0.5, 0.63, 1, 1.5."""

    tube_lens_mm: float | None = None
    """Of the stand; None: the one that the objective was designed for."""

    assumed_field_number_mm: float | None = None
    """Where the objective's is unknown; None: the chip alone limits the field."""

    def __post_init__(self) -> None:
        require_whole_binning(self.binning)
        require_lenses(self.relay, self.tube_lens_mm, self.assumed_field_number_mm)

    @property
    def label(self) -> str:
        """Objective, camera and binning in words."""
        binned = "" if self.binning == 1 else f", {self.binning}x{self.binning} binning"
        relay = "" if self.relay == 1 else f", {self.relay:g}x relay"
        return f"{self.objective.title}, {self.camera.label}{binned}{relay}"

    @property
    def total_magnification(self) -> float:
        """Magnification x relay x tube-lens ratio."""
        ratio = tube_lens_ratio(self.objective, self.tube_lens_mm)
        return self.objective.magnification * self.relay * ratio

    @property
    def pixel_um(self) -> float:
        """Side of a saved pixel on the sample.

        Examples
        --------
        >>> from rescale4dl_core.microscope.camera import Camera
        >>> from rescale4dl_core.microscope.objective import Objective
        >>> camera = Camera("sCMOS", 6.5, 2048, 2048)
        >>> Configuration(Objective("Plan Apo", 20, 0.75), camera, binning=2).pixel_um
        0.65
        """
        return sample_pixel_um(
            self.camera.pitch_um, float(self.binning), self.total_magnification
        )

    @property
    def pixel_size(self) -> PixelSize:
        """The pixel on the sample."""
        return PixelSize.square(self.pixel_um)

    @property
    def circle_um(self) -> float | None:
        """Diameter of the objective's field on the sample; None where unknown."""
        return self.objective.circle_um(self.assumed_field_number_mm)

    @property
    def seen(self) -> float:
        """Share of each side of the chip that the objective fills."""
        height_um, width_um = self._chip_um
        return float(seen_share(height_um, width_um, self.circle_um or math.inf))

    @property
    def image_px(self) -> tuple[int, int]:
        """Rows and columns of one image as saved, without dark corners."""
        return (
            int(saved_px(self.camera.rows_px * self.seen, self.binning)),
            int(saved_px(self.camera.columns_px * self.seen, self.binning)),
        )

    @property
    def field_um(self) -> tuple[float, float]:
        """Height and width of the sample that one image shows; binning keeps it."""
        height_um, width_um = self._chip_um
        return height_um * self.seen, width_um * self.seen

    @property
    def lit_area_um2(self) -> float:
        """Area that the lamp reaches: the field circle, else the circle round the chip."""
        diameter_um = self.circle_um or math.hypot(*self._chip_um)
        return math.pi / 4 * diameter_um**2

    def depth_of_field_um(self, emission_nm: float = 520.0) -> float | None:
        """Return the depth that is in focus at once; None where the aperture is unknown."""
        aperture = self.objective.numerical_aperture
        if aperture is None:
            return None
        index = self.objective.immersion_index
        return depth_of_field_um(aperture, index, emission_nm, self.pixel_um)

    def nyquist_ratio(self, light: Light) -> float | None:
        """Return pixel size / Nyquist; above 1 is under-sampled."""
        optics = self.objective.optics(light.emission_nm)
        return None if optics is None else self.pixel_um / light.nyquist_um(optics)

    @property
    def _chip_um(self) -> tuple[float, float]:
        pixel_um = self.camera.pitch_um / self.total_magnification
        return self.camera.rows_px * pixel_um, self.camera.columns_px * pixel_um


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
