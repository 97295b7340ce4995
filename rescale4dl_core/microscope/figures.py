"""What every configuration yields and costs: arrays, one value per configuration."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.microscope.columns import along, camera_columns, objective_columns
from rescale4dl_core.microscope.configuration import (
    ROUNDING,
    depth_of_field_um,
    sample_pixel_um,
    saved_px,
    seen_share,
)
from rescale4dl_core.microscope.exposures import (
    doses_j_per_cm2,
    exposures_s,
    pixel_growth,
)
from rescale4dl_core.planning.throughput import SECONDS_PER_HOUR
from rescale4dl_core.planning.timing import whole_duration_s

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescale4dl_core.microscope.goal import Goal
    from rescale4dl_core.microscope.stand import Stand

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """One value per configuration in each column; NaN where it is not known."""

    pixel_um: Floats
    coverage_percent: Floats
    nyquist_um: Floats
    nyquist_ratio: Floats
    rayleigh_um: Floats
    """Distance of two points that are just told apart."""

    depth_of_field_um: Floats
    field_height_um: Floats
    field_width_um: Floats
    image_rows_px: Floats
    image_columns_px: Floats
    exposure_s: Floats
    """Of one image; of a point scanner the time to scan it."""

    tau_s: Floats
    objects_per_fov_ceiling: Floats
    objects_per_fov: Floats
    """Found at the given density (times recall, where known); NaN without a density."""

    objects_per_s_ceiling: Floats
    objects_per_s: Floats
    """At the given density, else the ceiling; those in an overlap are counted once."""

    n_fields: Floats
    duration_s: Floats
    storage_bytes: Floats
    compressed_bytes: Floats
    brightness: Floats
    """Light per saved pixel at the same lamp and exposure (a scanner's: the same time per
    pixel), arbitrary units."""

    dose: Floats
    """Light per area of the sample for the same light per saved pixel, arbitrary units:
    of fields that overlap, and of all planes where each lens takes its own number."""

    dose_j_per_cm2: Floats
    expected_iou: Floats
    """At the coverage; NaN where the objective blurs what the score rests on."""

    expected_iou_low: Floats
    expected_iou_high: Floats
    recall: Floats
    """Share of the objects found, NaN outside what was measured; what is counted there is
    that of the nearest coverage measured."""

    n_planes: Floats

    @property
    def objects_per_hour(self) -> Floats:
        """`objects_per_s`, per hour."""
        return self.objects_per_s * SECONDS_PER_HOUR


def figures_of(stand: Stand, goal: Goal) -> Figures:
    """Return the figures of every configuration that `stand` offers.

    Parameters
    ----------
    stand : Stand
        Its configurations are numbered as numpy ravels `stand.shape`.
    goal : Goal
        The objects and the acquisition.
    """
    shape = stand.shape
    optics = objective_columns(stand, goal)
    camera = camera_columns(stand, goal, optics.n_planes)
    binning = along(stand.binnings, 2)
    pixel_um = sample_pixel_um(camera.pitch_um, binning, optics.magnification)
    chip_um = camera.pitch_um / optics.magnification
    height_um, width_um = camera.rows_px * chip_um, camera.columns_px * chip_um
    seen = seen_share(height_um, width_um, optics.circle_um)
    rows_px = saved_px(camera.rows_px * seen, binning)
    columns_px = saved_px(camera.columns_px * seen, binning)
    coverage = 100 * pixel_um / goal.diameter_um
    area_um2 = height_um * width_um * seen**2
    ceiling = area_um2 * goal.packed_per_um2
    density_per_um2 = math.nan if goal.density_per_um2 is None else goal.density_per_um2
    found = 1.0 if goal.curve is None else goal.curve.held_recall_at(coverage)
    per_fov = area_um2 * density_per_um2 * found
    counted = ceiling * found if goal.density_per_um2 is None else per_fov
    fields_per_well = _fields_per_well(goal, counted)
    n_fields = goal.n_wells * fields_per_well
    reexposure = np.where(fields_per_well == 1, 1.0, goal.reexposure)
    stacked = optics.n_planes if goal.planes_through_objects else 1.0
    n_images = goal.timing.n_channels * goal.timing.n_timepoints * optics.n_planes
    raw_bytes = n_fields * rows_px * columns_px * goal.bytes_per_pixel * n_images
    brightness = optics.brightness * pixel_growth(goal, pixel_um)
    exposure_s = exposures_s(goal, brightness, rows_px * columns_px)
    tau_s = camera.tau_s + n_images * (exposure_s - goal.timing.exposure_s)
    lit_um = np.where(
        np.isfinite(optics.circle_um), optics.circle_um, np.hypot(height_um, width_um)
    )
    nyquist_um = optics.nyquist_um
    curve = goal.curve
    unknown = np.full(coverage.shape, np.nan)
    hidden = np.where(is_blurred(nyquist_um, goal), np.nan, 0.0)
    columns = {
        "pixel_um": pixel_um,
        "coverage_percent": coverage,
        "nyquist_um": nyquist_um,
        "nyquist_ratio": pixel_um / nyquist_um,
        "rayleigh_um": optics.rayleigh_um,
        "depth_of_field_um": depth_of_field_um(
            optics.aperture, optics.index, goal.light.emission_nm, pixel_um
        ),
        "field_height_um": height_um * seen,
        "field_width_um": width_um * seen,
        "image_rows_px": rows_px,
        "image_columns_px": columns_px,
        "exposure_s": exposure_s,
        "tau_s": tau_s,
        "objects_per_fov_ceiling": ceiling,
        "objects_per_fov": per_fov,
        "objects_per_s_ceiling": ceiling * goal.new_share / tau_s,
        "objects_per_s": counted * goal.new_share / tau_s,
        "n_fields": n_fields,
        "duration_s": whole_duration_s(
            n_fields * tau_s, goal.timing.n_timepoints, goal.interval_s
        ),
        "storage_bytes": raw_bytes,
        "compressed_bytes": raw_bytes / goal.compression,
        "brightness": brightness,
        "dose": reexposure * stacked * optics.dose / pixel_um**2,
        "dose_j_per_cm2": doses_j_per_cm2(
            goal,
            lit_um,
            area_um2,
            exposure_s,
            n_exposures=reexposure * n_images,
        ),
        "expected_iou": unknown if curve is None else curve.at(coverage) + hidden,
        "expected_iou_low": unknown if curve is None else curve.low_at(coverage) + hidden,
        "expected_iou_high": unknown if curve is None else curve.high_at(coverage) + hidden,
        "recall": unknown if curve is None else curve.recall_at(coverage),
        "n_planes": optics.n_planes,
    }
    return Figures(
        **{name: np.broadcast_to(v, shape).ravel() for name, v in columns.items()}
    )


def is_blurred(nyquist_um: Floats, goal: Goal) -> NDArray[np.bool_]:
    """Return where a lens resolves less than the coarsest pixel of the window.

    Its Nyquist pixel is larger than that pixel, whatever the camera. Where the aperture is
    not known, this is not held against it.
    """
    optical_percent = 100 * nyquist_um / goal.diameter_um
    blurred: NDArray[np.bool_] = optical_percent > goal.window.high_percent
    return blurred


def _fields_per_well(goal: Goal, counted: Floats) -> Floats:
    """Return the fields for the objects wanted; a single one shares none with others."""
    wanted = goal.n_objects_wanted
    with np.errstate(divide="ignore"):
        fields = np.ceil(wanted / (counted * goal.new_share) * (1 - ROUNDING))
    fields = np.where(counted >= wanted * (1 - ROUNDING), 1.0, fields)
    found: Floats = np.maximum(fields, 1.0)
    return found
