"""What is wanted of the next acquisition, whatever the objective and the camera."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.microscope.light import Light
from rescale4dl_core.planning.sampling import rayleigh_um
from rescale4dl_core.planning.timing import FieldTiming
from rescale4dl_core.quantities import require_aperture, require_overlap, require_positive
from rescale4dl_core.window import DEFAULT_TOLERANCE_PERCENT, PUBLISHED_WINDOW, Window

if TYPE_CHECKING:
    from rescale4dl_core.microscope.score_curve import ScoreCurve


FINEST_APERTURE = 1.4
"""Of the lenses that most microscopes have at best."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The sample as it was taken: light is compared with it."""

    pixel_um: float
    numerical_aperture: float | None = None
    exposure_s: float | None = None
    """None: that of the timing."""

    def __post_init__(self) -> None:
        if self.exposure_s is not None:
            require_positive("The exposure of the sample (s)", self.exposure_s)
        require_positive("The pixel size of the sample (µm)", self.pixel_um)
        if self.numerical_aperture is not None:
            require_aperture(self.numerical_aperture)


@dataclass(frozen=True, slots=True)
class Goal:
    """The objects, and how many of them under which conditions."""

    diameter_um: float
    """Mean diameter of the objects; the width of elongated ones."""

    window: Window = PUBLISHED_WINDOW
    curve: ScoreCurve | None = None
    """Expected score at each coverage; None where nothing supports one."""

    tolerance_percent: float = DEFAULT_TOLERANCE_PERCENT
    """How much of the best expected score may be given up for more objects per hour."""

    area_um2: float | None = None
    """Mean area of an object; None: that of a disc of the diameter."""

    density_per_um2: float | None = None
    """Objects per µm² of the sample, gaps included; None: as many as fit (Eq. 3)."""

    height_um: float | None = None
    """Of the objects, along the axis of the microscope; None: as high as wide."""

    for_structure: bool = False
    """Whether what is inside the objects is to be seen: then Nyquist decides."""

    light: Light = field(default_factory=Light)
    timing: FieldTiming = field(default_factory=FieldTiming)
    planes_through_objects: bool = False
    """Whether each objective takes as many planes as it needs through an object, else as
    many as the timing says."""

    interval_s: float | None = None
    """From one time point to the next; None: as fast as it goes."""

    n_objects_wanted: int = 1000
    """In each well."""

    n_wells: int = 1
    overlap_percent: float = 0.0
    bytes_per_pixel: int = 2
    compression: float = 1.0
    """Raw bytes / compressed bytes."""

    taken: Taken | None = None
    equal_light: bool = False
    """Whether each configuration is exposed as long as it takes to put the light of the
    sample as taken into each pixel; else all are exposed alike, by the timing, or point
    scanners by their dwell time."""

    def __post_init__(self) -> None:
        for name, value in (
            ("The diameter of the objects (µm)", self.diameter_um),
            ("The area of an object (µm²)", self.area_um2),
            ("The density (objects per µm²)", self.density_per_um2),
            ("The height of the objects (µm)", self.height_um),
            ("The time between time points (s)", self.interval_s),
            ("The number of objects wanted", self.n_objects_wanted),
            ("The number of wells", self.n_wells),
            ("The number of bytes per pixel", self.bytes_per_pixel),
            ("The compression (raw / compressed bytes)", self.compression),
        ):
            if value is not None:
                require_positive(name, value)
        require_overlap(self.overlap_percent)
        if self.equal_light and self.taken_light is None:
            raise QuantityError(
                "Exposures can be compared only with a sample whose pixel size and "
                "aperture are known. Give both, or expose all configurations alike."
            )
        if not 0 <= self.tolerance_percent < 100:
            raise QuantityError(
                "The share of the best score to give up must be 0 % or more and less "
                f"than 100 %; got {self.tolerance_percent!r}. 5 % is usual."
            )

    @property
    def taken_light(self) -> tuple[float, float] | None:
        """Brightness of a pixel and dose of the sample as taken; None where unknown."""
        if self.taken is None:
            return None
        return self.light.per_pixel(self.taken.numerical_aperture, self.taken.pixel_um)

    @property
    def object_area_um2(self) -> float:
        """Mean area of an object."""
        return self.area_um2 or math.pi / 4 * self.diameter_um**2

    @property
    def object_height_um(self) -> float:
        """Height of an object along the axis of the microscope."""
        return self.height_um or self.diameter_um

    @property
    def resolution_um(self) -> float:
        """Distance of two points that has to be told apart where structure is to be seen.

        Rayleigh's of the sample as taken, else the window's target share of a diameter, as
        far as a lens resolves it.
        """
        aperture = None if self.taken is None else self.taken.numerical_aperture
        if aperture is not None:
            return rayleigh_um(aperture, self.light.emission_nm)
        finest_um = rayleigh_um(FINEST_APERTURE, self.light.emission_nm)
        return max(self.diameter_um * self.window.target_percent / 100, finest_um)

    @property
    def packed_per_um2(self) -> float:
        """Objects per µm² that touch everywhere: the ceiling of Eq. 3."""
        return 1 / self.object_area_um2

    @property
    def new_share(self) -> float:
        """Share of a field that its neighbours do not show: (1 - overlap)^2."""
        return (1 - self.overlap_percent / 100) ** 2

    @property
    def reexposure(self) -> float:
        """Mean number of times that a point of the sample is lit: 1 / (1 - overlap)^2."""
        return 1 / self.new_share
