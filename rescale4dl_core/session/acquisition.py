"""From what was measured and chosen in a session to the acquisition to plan."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rescale4dl_core.planning.gain import Route
from rescale4dl_core.planning.what_if import Acquisition, WhatIf, what_if

if TYPE_CHECKING:
    from rescale4dl_core.measure.measurement import Measurement
    from rescale4dl_core.microscope.ranking import Option
    from rescale4dl_core.session.kept_plan import KeptPlan
    from rescale4dl_core.session.model import Choices


def acquisition_of(measurement: Measurement, choices: Choices) -> Acquisition:
    """Return the acquisition that `choices` describe, of the sample that was measured.

    Raises
    ------
    QuantityError
        If a choice makes no sense for an acquisition.
    """
    return Acquisition(
        diameter_px=measurement.diameter_px,
        area_px=measurement.mean_area_px,
        timing=choices.timing,
        fov_px=(choices.camera_rows_px, choices.camera_columns_px),
        pixel_size=measurement.pixel_size,
        density_per_px=measurement.density_per_px,
        n_objects_wanted=choices.n_objects_wanted,
        n_wells=choices.n_wells,
        overlap_percent=choices.overlap_percent,
        bytes_per_pixel=choices.bytes_per_pixel,
        detector=choices.detector,
        power_mw=choices.plan.power_mw,
        interval_s=choices.plan.interval_s,
    )


def what_if_of(measurement: Measurement, choices: Choices, recommended: float) -> WhatIf:
    """Return what the acquisition that `choices` describe yields.

    Parameters
    ----------
    measurement : Measurement
        The objects of the sample.
    choices : Choices
        With the pixel size to try, as a ratio to the sample's.
    recommended : float
        That ratio where none was chosen.

    Raises
    ------
    QuantityError
        If a choice makes no sense for an acquisition.
    """
    ratio = choices.what_if_ratio or recommended
    return what_if(acquisition_of(measurement, choices), ratio, choices.route)


def booked_choices(
    option: Option, measurement: Measurement, choices: Choices
) -> Choices | None:
    """Return `choices` with camera, pixel size, exposure and planes of a configuration.

    The exposure of the sample as taken, which the timing stood for until then, is kept
    apart, so that the ranking stays as it is. None where the pixel size of the sample is
    not known, or all is as in `choices`.
    """
    if measurement.pixel_size is None:
        return None
    ratio = option.pixel_um / measurement.pixel_size.mean_um
    booked = replace(
        choices,
        route=Route.MAGNIFICATION,
        what_if_ratio=float(f"{ratio:.6g}"),
        camera_rows_px=int(option.image_rows_px),
        camera_columns_px=int(option.image_columns_px),
        timing=replace(
            choices.timing, exposure_s=option.exposure_s, n_planes=option.n_planes
        ),
        plan=replace(
            choices.plan,
            taken_exposure_s=choices.plan.taken_exposure_s or choices.timing.exposure_s,
        ),
    )
    return None if booked == choices else booked


def compared_plans(
    measurement: Measurement, choices: Choices, recommended: float
) -> tuple[tuple[KeptPlan, WhatIf], ...]:
    """Return the plans that were kept, each with what it yields for this sample."""
    return tuple(
        (plan, what_if_of(measurement, plan.applied_to(choices), recommended))
        for plan in choices.plan.kept
    )
