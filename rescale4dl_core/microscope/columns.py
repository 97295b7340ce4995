"""What a stand offers, as arrays of four axes: objective, camera, binning, relay."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.microscope.configuration import tube_lens_ratio
from rescale4dl_core.microscope.stack import planes_through

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rescale4dl_core.microscope.camera import Camera
    from rescale4dl_core.microscope.goal import Goal
    from rescale4dl_core.microscope.stand import Stand
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
