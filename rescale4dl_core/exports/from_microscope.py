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
    from rescale4dl_core.microscope.ranking import Option


def plan_of(
    option: Option,
    goal: Goal,
    *,
    channel_names: Sequence[str] = (),
    z_step_um: float | None = None,
    interval_s: float | None = None,
) -> AcquisitionPlan:
    """Return the plan of one ranked configuration.

    Parameters
    ----------
    option : Option
        Objective, camera, binning and relay, with the fields that they need. Each well
        gets the squarest whole grid that holds its share, so that the plan may have a few
        fields more than ranked.
    goal : Goal
        What it was ranked for: wells, overlap, timing and bytes per pixel.
    channel_names : sequence of str
        Names in the microscope's software, one for each channel of the timing;
        "Channel 1" and so on where there are fewer.
    z_step_um, interval_s : float, optional
        Distance between planes; time from one time point to the next. Without a z step
        and with several planes, the Nyquist distance of the objective is taken.

    Raises
    ------
    QuantityError
        If there are more wells than a plate has, or planes without a distance: the
        objective's aperture is unknown.
    """
    configuration, timing = option.configuration, goal.timing
    objective, camera = configuration.objective, configuration.camera
    names = [*channel_names][: timing.n_channels]
    names += [f"Channel {index + 1}" for index in range(len(names), timing.n_channels)]
    optics = objective.optics(goal.light.emission_nm)
    if z_step_um is None and optics is not None:
        z_step_um = optics.nyquist_z_um
    return AcquisitionPlan(
        objective=objective.label,
        magnification=configuration.total_magnification,
        numerical_aperture=objective.numerical_aperture,
        camera=camera.label,
        pitch_um=camera.pitch_um,
        binning=configuration.binning,
        image_px=configuration.image_px,
        field_um=configuration.field_um,
        grid=grid_for(math.ceil((option.n_fields or 1) / goal.n_wells)),
        channels=tuple(PlannedChannel(name, timing.exposure_s) for name in names),
        tau_s=option.tau_s,
        overlap_percent=goal.overlap_percent,
        n_planes=timing.n_planes,
        z_step_um=z_step_um if timing.n_planes > 1 else None,
        n_timepoints=timing.n_timepoints,
        interval_s=interval_s if timing.n_timepoints > 1 else None,
        wells=wells_of(goal.n_wells),
        bytes_per_pixel=goal.bytes_per_pixel,
        sources=_sources(configuration),
    )


def _sources(configuration: Configuration) -> tuple[Source, ...]:
    objective, camera = configuration.objective, configuration.camera
    found = [(objective.label, objective.source), (camera.label, camera.source)]
    assumed_mm = configuration.assumed_field_number_mm
    if objective.field_number_mm is None and assumed_mm is not None:
        found.append((f"Field number of {objective.label}", f"assumed: {assumed_mm:g} mm"))
    return tuple(Source(what, where) for what, where in found if where)
