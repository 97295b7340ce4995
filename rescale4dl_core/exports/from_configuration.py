"""From a configuration of the planner to a plan that a microscope can run."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.exports.acquisition_plan import (
    AcquisitionPlan,
    PlannedChannel,
    Source,
    Well,
)
from rescale4dl_core.exports.promises import Expected, alternatives_to
from rescale4dl_core.microscope.light import Modality
from rescale4dl_core.microscope.stack import stack_of
from rescale4dl_core.quantities import require_positive

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescale4dl_core.microscope.configuration import Configuration
    from rescale4dl_core.microscope.ranking import Option, Ranking


def grid_for(n_fields: int) -> tuple[int, int]:
    """Return the (rows, columns) that hold `n_fields` with few to spare.

    Of the grids at least as wide as high and at most twice, the one of fewest fields.

    Examples
    --------
    >>> grid_for(1), grid_for(7), grid_for(12), grid_for(13)
    ((1, 1), (2, 4), (3, 4), (3, 5))
    """
    require_positive("The number of fields", n_fields)
    # The root rounded up, exact for any size.
    root = math.isqrt(n_fields - 1) + 1
    grids = [(rows, math.ceil(n_fields / rows)) for rows in range(1, root + 1)]
    wide = [grid for grid in grids if grid[0] <= grid[1] <= 2 * grid[0]]
    return min(wide, key=lambda grid: (grid[0] * grid[1], grid[1] - grid[0]))


UM_PER_MM = 1000.0
# ANSI/SLAS 4; other plates are not standardised (see decision 0046).
PLATES = {96: (8, 12, 9.0), 384: (16, 24, 4.5), 1536: (32, 48, 2.25)}
"""Wells of a plate: its rows, its columns, mm from centre to centre."""


def wells_of(n_wells: int) -> tuple[Well, ...]:
    """Return the first `n_wells` wells of the smallest standard plate that has them.

    Coordinates are relative to the centre of A1, with y falling from row to row;
    `AcquisitionPlan.moved_by` puts them where A1 lies on the stage. A single well has no
    place on a plate: it is called 1.

    Raises
    ------
    QuantityError
        If there are no or more than 1536 wells.

    Examples
    --------
    >>> [(well.name, well.x_um, well.y_um) for well in wells_of(13)][-1]
    ('B1', 0.0, -9000.0)
    """
    if not 1 <= n_wells <= max(PLATES):
        raise QuantityError(
            f"A plan for {n_wells} wells was asked for; plates have 1 to {max(PLATES)}. "
            "Plan one plate at a time."
        )
    if n_wells == 1:
        return (Well("1"),)
    _, columns, pitch_mm = next(plate for size, plate in PLATES.items() if n_wells <= size)
    places = [divmod(index, columns) for index in range(n_wells)]
    return tuple(
        Well(
            f"{_row_name(row)}{column + 1}",
            column * pitch_mm * UM_PER_MM,
            # Not -row, which writes -0.0 for the first one.
            0.0 - row * pitch_mm * UM_PER_MM,
        )
        for row, column in places
    )


def _row_name(row: int) -> str:
    """Return A to Z, then AA to AF."""
    letter = chr(ord("A") + row % 26)
    return letter if row < 26 else f"A{letter}"


def plan_of(
    option: Option,
    ranking: Ranking,
    *,
    channel_names: Sequence[str] = (),
    z_step_um: float | None = None,
) -> AcquisitionPlan:
    """Return the plan of one ranked configuration.

    Parameters
    ----------
    option : Option
        Objective, camera, binning and relay, with the fields that they need. Each well
        gets the squarest whole grid that holds its share, so that the plan may have a few
        fields more than ranked.
    ranking : Ranking
        What it is of; its goal has wells, overlap, timing and bytes per pixel.
    channel_names : sequence of str
        Names in the microscope's software, one for each channel of the timing;
        "Channel 1" and so on where there are fewer.
    z_step_um : float, optional
        Distance between planes. Without one, and with several planes, that of `stack_of`.

    Raises
    ------
    QuantityError
        If there are more wells than a plate has, or nothing is expected to be found.
    """
    goal, configuration = ranking.goal, option.configuration
    timing = goal.timing
    objective, camera = configuration.objective, configuration.camera
    names = [*channel_names][: timing.n_channels]
    names += [f"Channel {index + 1}" for index in range(len(names), timing.n_channels)]
    if option.n_fields is None:
        raise QuantityError(
            f"With {configuration.label} no object is expected to be found, so there is no "
            "number of fields to plan. Choose another configuration."
        )
    if z_step_um is None:
        z_step_um = stack_of(configuration, goal).z_step_um
    return AcquisitionPlan(
        objective=objective.label,
        magnification=configuration.total_magnification,
        numerical_aperture=objective.numerical_aperture,
        camera=camera.label,
        pitch_um=camera.pitch_um,
        binning=configuration.binning,
        image_px=configuration.image_px,
        # Of whole saved pixels, to which a camera can be set.
        field_um=(
            configuration.image_px[0] * configuration.pixel_um,
            configuration.image_px[1] * configuration.pixel_um,
        ),
        grid=grid_for(round(option.n_fields / goal.n_wells)),
        channels=tuple(PlannedChannel(name, option.exposure_s) for name in names),
        tau_s=option.tau_s,
        overlap_percent=goal.overlap_percent,
        n_planes=option.n_planes,
        z_step_um=z_step_um if option.n_planes > 1 else None,
        n_timepoints=timing.n_timepoints,
        interval_s=goal.interval_s if timing.n_timepoints > 1 else None,
        wells=wells_of(goal.n_wells),
        bytes_per_pixel=goal.bytes_per_pixel,
        compression=goal.compression,
        relay=configuration.relay,
        tube_lens_mm=configuration.tube_lens_mm,
        camera_px=(
            camera.rows_px // configuration.binning,
            camera.columns_px // configuration.binning,
        ),
        sources=_sources(configuration),
        expected=_expected(option, ranking),
        alternatives=alternatives_to(option, ranking),
    )


def _expected(option: Option, ranking: Ranking) -> Expected:
    goal = ranking.goal
    new_per_field = option.objects_per_s * option.tau_s
    return Expected(
        rank=option.rank,
        n_configurations=len(ranking),
        standing=option.standing.identifier,
        diameter_um=goal.diameter_um,
        coverage_percent=option.coverage_percent,
        window_percent=(goal.window.low_percent, goal.window.high_percent),
        window_source=goal.window.source,
        modality=goal.light.modality,
        dwell_us=goal.light.dwell_us
        if goal.light.modality is Modality.POINT_SCANNER
        else None,
        emission_nm=goal.light.emission_nm,
        objects_per_field=new_per_field / goal.new_share,
        objects_per_hour=option.objects_per_hour,
        density_per_um2=goal.density_per_um2,
        dose_reference_rank=ranking.reference_rank,
        relative_dose=option.relative_dose,
        dose_j_per_cm2=option.dose_j_per_cm2,
        nyquist_um=option.nyquist_um,
        nyquist_ratio=option.nyquist_ratio,
        depth_of_field_um=option.depth_of_field_um,
        iou=option.expected_iou,
        iou_low=option.expected_iou_low,
        iou_high=option.expected_iou_high,
        recall=option.recall,
        score_source=None if goal.curve is None else goal.curve.source,
    )


def _sources(configuration: Configuration) -> tuple[Source, ...]:
    objective, camera = configuration.objective, configuration.camera
    found = [(objective.label, objective.source), (camera.label, camera.source)]
    assumed_mm = configuration.assumed_field_number_mm
    if objective.field_number_mm is None and assumed_mm is not None:
        found.append((f"Field number of {objective.label}", f"assumed: {assumed_mm:g} mm"))
    return tuple(Source(what, where) for what, where in found if where)
