"""One acquisition at another pixel size: objects, hours, storage and light."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rescale4dl_core.planning.costs import dose_j_per_cm2, storage_bytes
from rescale4dl_core.planning.gain import Detector, Gain, Route
from rescale4dl_core.planning.throughput import SECONDS_PER_HOUR
from rescale4dl_core.quantities import (
    Coverage,
    PixelSize,
    RescaleFactor,
    require_overlap,
    require_positive,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescale4dl_core.planning.timing import FieldTiming


ROUNDING = 1e-9
"""Less than this share from a whole number is that number, in a machine's arithmetic."""


@dataclass(frozen=True, slots=True)
class Acquisition:
    """The sample as it was taken, and what is wanted of the next acquisition."""

    diameter_px: float
    """Mean diameter (Eq. 2), in px of the sample as taken."""

    area_px: float
    """Mean area of an object, in px of the sample as taken."""

    timing: FieldTiming
    fov_px: tuple[int, int] = (2048, 2048)
    """Rows and columns of the camera."""

    pixel_size: PixelSize | None = None
    """Of the sample as taken."""

    density_per_px: float | None = None
    """Objects per px of the sample as taken, gaps included; None where not measured."""

    n_objects_wanted: int = 1000
    """In each well."""

    n_wells: int = 1
    overlap_percent: float = 0.0
    """Share of a field's side that it has in common with its neighbour."""

    bytes_per_pixel: int = 2
    detector: Detector = Detector.SCMOS
    power_mw: float | None = None
    """At the sample, over the field; None where it was not measured."""

    interval_s: float | None = None
    """From one time point to the next; None: as fast as it goes."""

    def __post_init__(self) -> None:
        rows_px, columns_px = self.fov_px
        for name, value in (
            ("The mean diameter (px)", self.diameter_px),
            ("The mean area of an object (px)", self.area_px),
            ("The number of camera rows (px)", rows_px),
            ("The number of camera columns (px)", columns_px),
            ("The number of objects wanted", self.n_objects_wanted),
            ("The number of wells", self.n_wells),
            ("The number of bytes per pixel", self.bytes_per_pixel),
        ):
            require_positive(name, value)
        if self.interval_s is not None:
            require_positive("The time between time points (s)", self.interval_s)
        if self.power_mw is not None:
            require_positive("The power at the sample (mW)", self.power_mw)
        if self.density_per_px is not None:
            require_positive("The density (objects per px)", self.density_per_px)
        require_overlap(self.overlap_percent)

    @property
    def new_share(self) -> float:
        """Share of a field that its neighbours do not show: (1 - overlap)^2."""
        return (1 - self.overlap_percent / 100) ** 2


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What the acquisition yields and costs at one pixel size."""

    gain: Gain
    """Ratio, route, and what changes against the sample as taken."""

    pixel_size: PixelSize | None
    coverage: Coverage
    image_px: tuple[int, int]
    """Rows and columns of one image as saved."""

    field_um: tuple[float, float] | None
    """Height and width of the sample that one field shows."""

    objects_per_fov_ceiling: float
    """Eq. 3: objects that touch everywhere."""

    objects_per_fov: float | None
    """At the measured density; None where it was not measured."""

    objects_per_hour_ceiling: float
    """New objects: those in the overlap are counted once."""

    objects_per_hour: float | None
    n_fields: int
    """Fields for the objects wanted in all wells, at the measured density if known."""

    hours: float
    storage_bytes: int
    reexposure: float
    """Mean number of times that a point of the sample is exposed: 1 / (1 - overlap)^2, of
    a single field 1."""

    dose_j_per_cm2: float | None
    """Over all channels, planes and time points; None without power or pixel size."""

    @property
    def pixel_um(self) -> float | None:
        """Side of the pixel on the sample; None where it is not known."""
        return None if self.pixel_size is None else self.pixel_size.mean_um

    @property
    def relative_dose(self) -> float:
        """Light per area for the same signal-to-noise ratio per pixel in bright images.

        Against one pass over the sample as taken, at the same aperture.
        """
        return self.gain.dose_low * self.reexposure

    @property
    def is_best_case(self) -> bool:
        """Whether fields, hours and bytes rest on the ceiling, for want of a density."""
        return self.objects_per_fov is None


def what_if(
    acquisition: Acquisition, ratio: float, route: Route = Route.MAGNIFICATION
) -> WhatIf:
    """Return what `acquisition` yields with pixels `ratio` times as large.

    The camera and tau stay the same. A lower magnification shows ratio^2 the area per
    field, as Eq. 3 presumes; binning shows the same field in fewer pixels.

    Parameters
    ----------
    acquisition : Acquisition
        The sample as taken, and what is wanted.
    ratio : float
        New pixel size / old pixel size; 2 is coarser.
    route : Route
        How the pixel size is changed.

    Raises
    ------
    QuantityError
        If the ratio is not positive, or below 1 for binning.
    """
    gain = Gain(ratio, route, acquisition.detector)
    rows_px, columns_px = acquisition.fov_px
    field_area_px = rows_px * columns_px * gain.field_area
    ceiling = field_area_px / acquisition.area_px
    density_per_px = acquisition.density_per_px
    count = None if density_per_px is None else density_per_px * field_area_px
    per_fov = ceiling if count is None else count
    fields_per_well = _fields_per_well(acquisition, per_fov)
    n_fields = acquisition.n_wells * fields_per_well
    reexposure = 1.0 if fields_per_well == 1 else 1 / acquisition.new_share
    tau_s = acquisition.timing.tau_s
    new_fields_per_hour = SECONDS_PER_HOUR / tau_s * acquisition.new_share
    image_px = _image_px(acquisition.fov_px, gain)
    return WhatIf(
        gain=gain,
        pixel_size=_rescaled(acquisition.pixel_size, ratio),
        coverage=Coverage.of_diameter(acquisition.diameter_px / ratio),
        image_px=image_px,
        field_um=_field_um(acquisition, gain),
        objects_per_fov_ceiling=ceiling,
        objects_per_fov=count,
        objects_per_hour_ceiling=ceiling * new_fields_per_hour,
        objects_per_hour=None if count is None else count * new_fields_per_hour,
        n_fields=n_fields,
        hours=acquisition.timing.whole_s(n_fields, acquisition.interval_s)
        / SECONDS_PER_HOUR,
        storage_bytes=storage_bytes(
            image_px,
            bytes_per_pixel=acquisition.bytes_per_pixel,
            images_per_field=acquisition.timing.n_images,
            n_fields=n_fields,
        ),
        reexposure=reexposure,
        dose_j_per_cm2=_dose_j_per_cm2(acquisition, gain, reexposure),
    )


def what_if_series(
    acquisition: Acquisition,
    ratios: Sequence[float],
    route: Route = Route.MAGNIFICATION,
) -> tuple[WhatIf, ...]:
    """Return `what_if` at each of `ratios`, for a chart."""
    return tuple(what_if(acquisition, ratio, route) for ratio in ratios)


def _fields_per_well(acquisition: Acquisition, per_fov: float) -> int:
    """Return the fields for the objects wanted; a single one shares none with others."""
    wanted = acquisition.n_objects_wanted
    if per_fov >= wanted * (1 - ROUNDING):
        return 1
    return math.ceil(wanted / (per_fov * acquisition.new_share) * (1 - ROUNDING))


def _dose_j_per_cm2(
    acquisition: Acquisition, gain: Gain, reexposure: float
) -> float | None:
    """Return the dose of the exposure asked for, the power spread over the field."""
    field_um = _field_um(acquisition, gain)
    if acquisition.power_mw is None or field_um is None:
        return None
    timing = acquisition.timing
    n_exposures = timing.n_images * reexposure
    # The planner, which knows the lens, takes its field circle: see decision 0044.
    lit_um2 = field_um[0] * field_um[1]
    return dose_j_per_cm2(acquisition.power_mw, lit_um2, timing.exposure_s, n_exposures)


def _rescaled(pixel_size: PixelSize | None, ratio: float) -> PixelSize | None:
    return None if pixel_size is None else pixel_size.rescaled(RescaleFactor.of(ratio))


def _image_px(fov_px: tuple[int, int], gain: Gain) -> tuple[int, int]:
    if gain.route is Route.MAGNIFICATION:
        return fov_px
    rows_px, columns_px = fov_px
    # What fills no whole binned pixel is cropped: see decision 0003.
    return max(1, int(rows_px / gain.ratio)), max(1, int(columns_px / gain.ratio))


def _field_um(acquisition: Acquisition, gain: Gain) -> tuple[float, float] | None:
    if acquisition.pixel_size is None:
        return None
    (rows_px, columns_px), size = acquisition.fov_px, acquisition.pixel_size
    side = math.sqrt(gain.field_area)
    return rows_px * size.y_um * side, columns_px * size.x_um * side
