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
from rescale4dl_core.microscope.stack import planes_through
from rescale4dl_core.planning.costs import dose_j_per_cm2
from rescale4dl_core.planning.throughput import SECONDS_PER_HOUR
from rescale4dl_core.planning.timing import whole_duration_s

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rescale4dl_core.microscope.camera import Camera
    from rescale4dl_core.microscope.configuration import Stand
    from rescale4dl_core.microscope.goal import Goal
    from rescale4dl_core.planning.timing import FieldTiming

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class ObjectiveColumns:
    """One value per objective, along the first axis; the magnification also by relay."""

    magnification: Floats
    """Objective x relay x tube-lens ratio."""

    aperture: Floats
    index: Floats
    nyquist_um: Floats
    rayleigh_um: Floats
    circle_um: Floats
    brightness: Floats
    dose: Floats
    """Both of a pixel of 1 µm on the sample; see `Light.per_pixel`."""

    n_planes: Floats


@dataclass(frozen=True, slots=True, eq=False)
class CameraColumns:
    """One value per camera, along the second axis; tau also by planes and binning."""

    pitch_um: Floats
    rows_px: Floats
    columns_px: Floats
    tau_s: Floats
    """With the exposure of the timing."""


def objective_columns(stand: Stand, goal: Goal) -> ObjectiveColumns:
    """Return what the objectives are."""
    light, assumed_mm = goal.light, stand.assumed_field_number_mm
    all_optics = [o.optics(light.emission_nm) for o in stand.objectives]
    lit = [
        light.per_pixel(o.numerical_aperture, 1.0) or (math.nan, math.nan)
        for o in stand.objectives
    ]
    own = along(
        [o.magnification * tube_lens_ratio(o, stand.tube_lens_mm) for o in stand.objectives]
    )
    n_planes = [
        planes_through(optics, goal)
        if goal.planes_through_objects
        else goal.timing.n_planes
        for optics in all_optics
    ]
    return ObjectiveColumns(
        magnification=own * along(stand.relays, 3),
        aperture=along([o.numerical_aperture for o in stand.objectives]),
        index=along([o.immersion_index for o in stand.objectives]),
        nyquist_um=along([light.nyquist_um(o) if o else None for o in all_optics]),
        rayleigh_um=along([o.rayleigh_um if o else None for o in all_optics]),
        circle_um=along([o.circle_um(assumed_mm) or math.inf for o in stand.objectives]),
        brightness=along([per_pixel[0] for per_pixel in lit]),
        dose=along([per_pixel[1] for per_pixel in lit]),
        n_planes=along(n_planes),
    )


def camera_columns(stand: Stand, goal: Goal, n_planes: Floats) -> CameraColumns:
    """Return what the cameras are, and the time per field with each number of planes."""
    # Many objectives share a few numbers of planes, so the loop below stays short.
    counts, of_objective = np.unique(n_planes.ravel(), return_inverse=True)
    tau_s = np.array(
        [
            [
                [_tau_s(camera, binning, timing) for binning in stand.binnings]
                for camera in stand.cameras
            ]
            for timing in (replace(goal.timing, n_planes=int(count)) for count in counts)
        ]
    )
    return CameraColumns(
        pitch_um=along([camera.pitch_um for camera in stand.cameras], 1),
        rows_px=along([camera.rows_px for camera in stand.cameras], 1),
        columns_px=along([camera.columns_px for camera in stand.cameras], 1),
        tau_s=tau_s[of_objective][..., None],
    )


def along(values: Sequence[float | None], axis: int = 0) -> Floats:
    """Return values as an array of four axes, those unknown as NaN."""
    shape = [1, 1, 1, 1]
    shape[axis] = len(values)
    return np.array(
        [math.nan if v is None else v for v in values], dtype=np.float64
    ).reshape(shape)


def _tau_s(camera: Camera, binning: int, timing: FieldTiming) -> float:
    """Return the time per field; a slow camera takes longer to read than was asked."""
    frame_s = camera.frame_s(binning) or 0.0
    if frame_s <= timing.readout_s:
        return timing.tau_s
    return replace(timing, readout_s=frame_s).tau_s


def pixel_growth(goal: Goal, pixel_um: Floats) -> Floats | float:
    """Return how the light of a pixel grows with its size: a scanner's does not."""
    return 1.0 if is_scanned(goal) else pixel_um**2


def exposures_s(goal: Goal, brightness: Floats, scanned_px: Floats) -> Floats:
    """Return the exposure of one image, of a point scanner the time to scan it.

    As asked for, or until a pixel holds the light of the sample as taken. Where the
    aperture is not known, it is as asked for.

    Parameters
    ----------
    goal : Goal
        With the exposure, or the dwell time of a scanner.
    brightness : ndarray
        Light per pixel at the same lamp and exposure (dwell time); NaN is not known.
    scanned_px : ndarray
        Pixels of an image as saved: a scanner that bins makes a coarser scan.
    """
    asked_s = np.asarray(
        goal.light.dwell_us * 1e-6 * scanned_px
        if is_scanned(goal)
        else np.full(brightness.shape, goal.timing.exposure_s)
    )
    if not goal.equal_light or goal.taken_light is None:
        return asked_s
    taken_brightness, _ = goal.taken_light
    taken_s = asked_s
    if not is_scanned(goal) and goal.taken is not None and goal.taken.exposure_s:
        taken_s = np.full(brightness.shape, goal.taken.exposure_s)
    equal_s = taken_s * taken_brightness / brightness
    return np.where(np.isnan(brightness), asked_s, equal_s)


def doses_j_per_cm2(
    goal: Goal,
    lit_um: Floats,
    scanned_um2: Floats,
    exposure_s: Floats,
    *,
    n_exposures: Floats,
) -> Floats:
    """Return power / lit area x exposure x images x re-exposure; NaN without a power.

    The lamp lights the circle of diameter `lit_um`, a point scanner what it scans; each
    point `n_exposures` times.
    """
    if goal.light.power_mw is None:
        return np.full(exposure_s.shape, np.nan)
    lit_um2 = np.asarray(scanned_um2 if is_scanned(goal) else math.pi / 4 * lit_um**2)
    return dose_j_per_cm2(goal.light.power_mw, lit_um2, exposure_s, n_exposures)


def is_scanned(goal: Goal) -> bool:
    """Return whether one point is lit after the other."""
    return goal.light.modality is Modality.POINT_SCANNER


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
    # Held at its ends, so that coverages nobody tried never beat those that were tried:
    # see decision 0043.
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
    # The exposure of the timing is in there; each configuration puts its own in place.
    tau_s = camera.tau_s + n_images * (exposure_s - goal.timing.exposure_s)
    lit_um = np.where(
        np.isfinite(optics.circle_um), optics.circle_um, np.hypot(height_um, width_um)
    )
    nyquist_um = optics.nyquist_um
    curve = goal.curve
    unknown = np.full(coverage.shape, np.nan)
    # Added to the scores: NaN hides those that the lens would blur.
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
    # Where nothing is found, no number of fields is enough: infinity is right.
    with np.errstate(divide="ignore"):
        fields = np.ceil(wanted / (counted * goal.new_share) * (1 - ROUNDING))
    fields = np.where(counted >= wanted * (1 - ROUNDING), 1.0, fields)
    found: Floats = np.maximum(fields, 1.0)
    return found
