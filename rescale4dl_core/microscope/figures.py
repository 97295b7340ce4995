"""What every configuration yields and costs: arrays, one value per configuration."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.microscope.configuration import (
    ROUNDING,
    depth_of_field_um,
    sample_pixel_um,
    saved_px,
    seen_share,
    tube_lens_ratio,
)
from rescale4dl_core.microscope.light import Modality
from rescale4dl_core.planning.dose import dose_j_per_cm2
from rescale4dl_core.planning.throughput import SECONDS_PER_HOUR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rescale4dl_core.microscope.camera import Camera
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
    depth_of_field_um: Floats
    field_height_um: Floats
    field_width_um: Floats
    image_rows_px: Floats
    image_columns_px: Floats
    exposure_s: Floats
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
    """Light per saved pixel at the same lamp and exposure, arbitrary units."""

    dose: Floats
    """Light per area of the sample for the same light per saved pixel, arbitrary units."""

    dose_j_per_cm2: Floats
    expected_iou: Floats
    """At the coverage; NaN where the objective blurs what the score rests on."""

    expected_iou_low: Floats
    expected_iou_high: Floats
    recall: Floats

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
    optics = _optics(stand, goal)
    camera = _cameras(stand, goal)
    magnification = _along(
        [o.magnification * tube_lens_ratio(o, stand.tube_lens_mm) for o in stand.objectives]
    ) * _along(stand.relays, 3)
    binning = _along(stand.binnings, 2)
    pixel_um = sample_pixel_um(camera.pitch_um, binning, magnification)
    chip_um = camera.pitch_um / magnification
    height_um, width_um = camera.rows_px * chip_um, camera.columns_px * chip_um
    seen = seen_share(height_um, width_um, optics.circle_um)
    rows_px = saved_px(camera.rows_px * seen, binning)
    columns_px = saved_px(camera.columns_px * seen, binning)
    coverage = 100 * pixel_um / goal.diameter_um
    recall = _recall(goal, coverage)
    area_um2 = height_um * width_um * seen**2
    ceiling = area_um2 * goal.packed_per_um2
    density_per_um2 = math.nan if goal.density_per_um2 is None else goal.density_per_um2
    found = np.where(np.isnan(recall), 1.0, recall)
    per_fov = area_um2 * density_per_um2 * found
    counted = ceiling * found if goal.density_per_um2 is None else per_fov
    with np.errstate(divide="ignore"):
        fields_per_well = goal.n_objects_wanted / (counted * goal.new_share)
    fields_per_well = np.ceil(fields_per_well * (1 - ROUNDING))
    n_fields = goal.n_wells * fields_per_well
    raw_bytes = n_fields * rows_px * columns_px * goal.bytes_per_pixel
    raw_bytes = raw_bytes * goal.timing.n_images
    brightness = optics.brightness * _pixel_growth(goal, pixel_um)
    exposure_s = _exposure_s(goal, brightness)
    longer_s = exposure_s - goal.timing.exposure_s
    tau_s = camera.tau_s + goal.timing.n_images * longer_s
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
        "duration_s": n_fields * tau_s,
        "storage_bytes": raw_bytes,
        "compressed_bytes": raw_bytes / goal.compression,
        "brightness": brightness,
        "dose": goal.reexposure * optics.dose / pixel_um**2,
        "dose_j_per_cm2": _dose_j_per_cm2(goal, lit_um, exposure_s),
        "expected_iou": unknown if curve is None else curve.at(coverage) + hidden,
        "expected_iou_low": unknown if curve is None else curve.low_at(coverage) + hidden,
        "expected_iou_high": unknown if curve is None else curve.high_at(coverage) + hidden,
        "recall": recall,
    }
    return Figures(
        **{name: np.broadcast_to(v, shape).ravel() for name, v in columns.items()}
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Optics:
    """One value per objective, along the first axis."""

    aperture: Floats
    index: Floats
    nyquist_um: Floats
    circle_um: Floats
    brightness: Floats
    dose: Floats
    """Both of a pixel of 1 µm on the sample; see `Light.per_pixel`."""


@dataclass(frozen=True, slots=True, eq=False)
class _Cameras:
    """One value per camera, along the second axis; tau also by binning."""

    pitch_um: Floats
    rows_px: Floats
    columns_px: Floats
    tau_s: Floats


def _optics(stand: Stand, goal: Goal) -> _Optics:
    light, assumed_mm = goal.light, stand.assumed_field_number_mm
    all_optics = [o.optics(light.emission_nm) for o in stand.objectives]
    lit = [
        light.per_pixel(o.numerical_aperture, 1.0) or (math.nan, math.nan)
        for o in stand.objectives
    ]
    return _Optics(
        aperture=_along([o.numerical_aperture for o in stand.objectives]),
        index=_along([o.immersion_index for o in stand.objectives]),
        nyquist_um=_along([o if o is None else light.nyquist_um(o) for o in all_optics]),
        circle_um=_along([o.circle_um(assumed_mm) or math.inf for o in stand.objectives]),
        brightness=_along([per_pixel[0] for per_pixel in lit]),
        dose=_along([per_pixel[1] for per_pixel in lit]),
    )


def _cameras(stand: Stand, goal: Goal) -> _Cameras:
    tau_s = [
        [_tau_s(camera, binning, goal) for binning in stand.binnings]
        for camera in stand.cameras
    ]
    return _Cameras(
        pitch_um=_along([camera.pitch_um for camera in stand.cameras], 1),
        rows_px=_along([camera.rows_px for camera in stand.cameras], 1),
        columns_px=_along([camera.columns_px for camera in stand.cameras], 1),
        tau_s=np.array(tau_s, np.float64)[None, :, :, None],
    )


def is_blurred(nyquist_um: Floats, goal: Goal) -> NDArray[np.bool_]:
    """Return where a lens resolves less than the coarsest pixel of the window.

    Its Nyquist pixel is larger than that pixel, whatever the camera. Where the aperture is
    not known, this is not held against it.
    """
    optical_percent = 100 * nyquist_um / goal.diameter_um
    blurred: NDArray[np.bool_] = optical_percent > goal.window.high_percent
    return blurred


def _tau_s(camera: Camera, binning: int, goal: Goal) -> float:
    """Return the time per field; a slow camera takes longer to read than was asked."""
    timing = goal.timing
    frame_s = camera.frame_s(binning) or 0.0
    if frame_s <= timing.readout_s:
        return timing.tau_s
    return replace(timing, readout_s=frame_s).tau_s


def _recall(goal: Goal, coverage: Floats) -> Floats:
    if goal.curve is None:
        return np.full(coverage.shape, np.nan)
    return goal.curve.recall_at(coverage)


def _pixel_growth(goal: Goal, pixel_um: Floats) -> Floats | float:
    """Return how the light of a pixel grows with its size: a scanner's does not."""
    return 1.0 if goal.light.modality is Modality.POINT_SCANNER else pixel_um**2


def _exposure_s(goal: Goal, brightness: Floats) -> Floats:
    """Return the exposure: as asked for, or for the light of the sample as taken.

    Where the aperture is not known, the exposure is the one asked for.
    """
    alike_s = goal.timing.exposure_s
    if not goal.equal_light or goal.taken_light is None:
        return np.full(brightness.shape, alike_s)
    taken_brightness, _ = goal.taken_light
    return alike_s * np.where(np.isnan(brightness), 1.0, taken_brightness / brightness)


def _dose_j_per_cm2(goal: Goal, lit_um: Floats, exposure_s: Floats) -> Floats:
    """Return power / lit area x exposure x images x re-exposure."""
    if goal.light.power_mw is None:
        return np.full(exposure_s.shape, np.nan)
    n_exposures = goal.timing.n_images * goal.reexposure
    lit_um2 = np.asarray(math.pi / 4 * lit_um**2)
    return dose_j_per_cm2(goal.light.power_mw, lit_um2, exposure_s, n_exposures)


def _along(values: Sequence[float | None], axis: int = 0) -> Floats:
    """Return values as an array of four axes, those unknown as NaN."""
    shape = [1, 1, 1, 1]
    shape[axis] = len(values)
    return np.array(
        [math.nan if v is None else v for v in values], dtype=np.float64
    ).reshape(shape)
