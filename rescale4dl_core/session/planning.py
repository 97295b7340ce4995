"""From what was measured and chosen in a session to a ranking of microscopes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescale4dl_core.advice.coverage_rule import Purpose
from rescale4dl_core.errors import QuantityError
from rescale4dl_core.exports.from_configuration import plan_of
from rescale4dl_core.microscope.catalogue import shipped_cameras, shipped_objectives
from rescale4dl_core.microscope.configuration import Stand
from rescale4dl_core.microscope.goal import Goal, Taken
from rescale4dl_core.microscope.light import Light, Modality
from rescale4dl_core.microscope.ranking import Option, Ranking, rank
from rescale4dl_core.quantities import PixelSize

if TYPE_CHECKING:
    from rescale4dl_core.advice.recommendation import Recommendation
    from rescale4dl_core.exports.acquisition_plan import AcquisitionPlan
    from rescale4dl_core.microscope.camera import Camera
    from rescale4dl_core.microscope.objective import Objective
    from rescale4dl_core.session.choices import Choices


def objectives_of(choices: Choices) -> tuple[Objective, ...]:
    """Return the user's own objectives where chosen and given, else the catalogue's."""
    plan = choices.plan
    own = plan.objectives if plan.own_microscope else ()
    return own or shipped_objectives()


def cameras_of(choices: Choices) -> tuple[Camera, ...]:
    """Return the user's own cameras where chosen and given, else the catalogue's."""
    plan = choices.plan
    own = plan.cameras if plan.own_microscope else ()
    return own or shipped_cameras()


def stand_of(choices: Choices) -> Stand:
    """Return what is ranked: the tables, as far as the filters let them through.

    A point scanner does not bin: each scan format is a row of its own.

    Raises
    ------
    CatalogueError
        If the filters let nothing through.
    """
    plan = choices.plan
    objectives = tuple(
        objective
        for objective in objectives_of(choices)
        if objective.manufacturer in (plan.makers or (objective.manufacturer,))
        and objective.immersion in (plan.immersions or (objective.immersion,))
    )
    cameras = tuple(
        camera
        for camera in cameras_of(choices)
        if camera.label in (plan.camera_names or (camera.label,))
    )
    return Stand(
        objectives=objectives,
        cameras=cameras,
        binnings=(1,) if plan.modality is Modality.POINT_SCANNER else plan.binnings,
        relays=(plan.relay,),
        tube_lens_mm=plan.tube_lens_mm,
        assumed_field_number_mm=plan.assumed_field_number_mm,
    )


def goal_of(advice: Recommendation, choices: Choices) -> Goal:
    """Return what is wanted: the measured objects, the window and the expected scores.

    Where their diameter in µm was typed in, it gives the size of the sample's pixels.

    Raises
    ------
    QuantityError
        If the size of the objects in µm is neither measured nor typed in.
    """
    measurement, plan = advice.measurement, choices.plan
    diameter_um = measurement.diameter_um or plan.diameter_um
    if diameter_um is None:
        raise QuantityError(
            "The pixel size of the sample is not known, so neither is the size of its "
            "objects in µm. Type in one of them."
        )
    pixel_size = measurement.pixel_size or PixelSize.square(
        diameter_um / measurement.diameter_px
    )
    px_area_um2 = pixel_size.area_um2
    light = light_of(choices)
    return Goal(
        diameter_um=diameter_um,
        window=advice.window,
        curve=advice.score_curve,
        tolerance_percent=choices.sweep.tolerance_percent,
        area_um2=measurement.mean_area_px * px_area_um2,
        density_per_um2=None
        if measurement.density_per_px is None
        else measurement.density_per_px / px_area_um2,
        height_um=plan.height_um,
        light=light,
        timing=choices.timing,
        planes_through_objects=plan.planes_through_objects,
        for_structure=choices.purpose is Purpose.STRUCTURE,
        interval_s=plan.interval_s,
        n_objects_wanted=choices.n_objects_wanted,
        n_wells=choices.n_wells,
        overlap_percent=choices.overlap_percent,
        bytes_per_pixel=choices.bytes_per_pixel,
        compression=plan.compression,
        taken=Taken(pixel_size.mean_um, choices.numerical_aperture, plan.taken_exposure_s),
        equal_light=plan.equal_light and choices.numerical_aperture is not None,
    )


def light_of(choices: Choices) -> Light:
    """Return how the sample is lit."""
    plan = choices.plan
    return Light(
        modality=plan.modality,
        emission_nm=choices.emission_nm,
        excitation_nm=plan.excitation_nm,
        power_mw=plan.power_mw,
        dwell_us=plan.dwell_us,
    )


def chosen_of(ranking: Ranking, choices: Choices) -> Option:
    """Return the configuration that was chosen to book, else the first one ranked."""
    chosen = choices.plan.chosen
    return (chosen and ranking.find(chosen)) or ranking.best


def ranking_of(advice: Recommendation, choices: Choices) -> Ranking:
    """Return every configuration for the objects of the session, best first.

    Raises
    ------
    RescaleError
        If nothing is let through, or the objects' size in µm is not known.
    """
    return rank(stand_of(choices), goal_of(advice, choices))


def acquisition_plan(option: Option, ranking: Ranking, choices: Choices) -> AcquisitionPlan:
    """Return the plan of a ranked configuration, with names and place as chosen.

    Raises
    ------
    QuantityError
        If there are more wells than a plate has, or nothing is expected to be found.
    """
    chosen = choices.plan
    plan = plan_of(option, ranking, channel_names=chosen.channel_names)
    return plan.moved_by(chosen.centre_x_um, chosen.centre_y_um)
