"""From a configuration of the planner to a plan that a microscope can run."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rescale4dl_core.exports.plan import (
    AcquisitionPlan,
    PlannedChannel,
    Source,
    grid_for,
)
from rescale4dl_core.exports.plates import wells_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescale4dl_core.microscope.configuration import Configuration
    from rescale4dl_core.microscope.goal import Goal


def plan_of(
    configuration: Configuration,
    goal: Goal,
    *,
    n_fields: float,
    tau_s: float,
    channel_names: Sequence[str] = (),
    z_step_um: float | None = None,
    interval_s: float | None = None,
) -> AcquisitionPlan:
    """Return the plan of one configuration.

    Parameters
    ----------
    configuration : Configuration
        Objective, camera, binning and relay.
    goal : Goal
        Wells, overlap, timing and bytes per pixel are taken from it.
    n_fields : float
        Fields of view over all wells, as ranked. Each well gets the squarest whole grid
        that holds its share, so that the plan may have a few fields more.
    tau_s : float
        Time per field of view, as ranked.
    channel_names : sequence of str
        Names in the microscope's software, one for each channel of the timing;
        "Channel 1" and so on where there are fewer.
    z_step_um, interval_s : float, optional
        Distance between planes; time from one time point to the next. Without a z step
        and with several planes, the Nyquist distance of the objective is taken.
    """
    objective, camera, timing = configuration.objective, configuration.camera, goal.timing
    names = [*channel_names][: timing.n_channels]
    names += [f"Channel {index + 1}" for index in range(len(names), timing.n_channels)]
    if z_step_um is None and timing.n_planes > 1:
        optics = objective.optics(goal.light.emission_nm)
        z_step_um = None if optics is None else optics.nyquist_z_um
    return AcquisitionPlan(
        objective=objective.label,
        magnification=configuration.total_magnification,
        numerical_aperture=objective.numerical_aperture,
        camera=camera.label,
        pitch_um=camera.pitch_um,
        binning=configuration.binning,
        image_px=configuration.image_px,
        field_um=configuration.field_um,
        grid=grid_for(max(1, math.ceil(n_fields / goal.n_wells))),
        channels=tuple(PlannedChannel(name, timing.exposure_s) for name in names),
        tau_s=tau_s,
        overlap_percent=goal.overlap_percent,
        n_planes=timing.n_planes,
        z_step_um=z_step_um if timing.n_planes > 1 else None,
        n_timepoints=timing.n_timepoints,
        interval_s=interval_s if timing.n_timepoints > 1 else None,
        wells=wells_of(goal.n_wells),
        bytes_per_pixel=goal.bytes_per_pixel,
        sources=tuple(
            Source(what, where)
            for what, where in (
                (objective.label, objective.source),
                (camera.label, camera.source),
            )
            if where
        ),
    )
