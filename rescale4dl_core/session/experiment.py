"""What an experiment takes: its acquisition by the choices of a session, fields, hours."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.planning.effort import (
    Effort,
    effort_for,
    objects_for_difference,
    smallest_error_percent,
)
from rescale4dl_core.planning.gain import Route
from rescale4dl_core.planning.what_if import Acquisition, WhatIf, what_if
from rescale4dl_core.study.size_error import size_error

if TYPE_CHECKING:
    from rescale4dl_core.advice.recommendation import Recommendation
    from rescale4dl_core.measuring.measurement import Measurement
    from rescale4dl_core.microscope.ranking import Option
    from rescale4dl_core.session.choices import Choices, KeptPlan
    from rescale4dl_core.session.model import Session
    from rescale4dl_core.study.results import Sweep


N_CONDITIONS = 2


@dataclass(frozen=True, slots=True)
class AddedError:
    """What measuring at the recommended pixel size adds to a diameter."""

    percent: float
    source: str
    """In words, for the sentence."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two conditions, to be told apart by the mean size of their objects."""

    difference_percent: float
    power_percent: float
    spread_percent: float
    """Standard deviation of the diameters of the sample, of their mean."""

    error: AddedError
    n_each: int
    """Objects to be found in each condition."""

    effort: Effort
    """For both conditions together."""


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


def effort_to_find(advice: Recommendation, choices: Choices, n_found: int) -> Effort:
    """Return fields and hours until `n_found` objects are found in each well.

    Where the share that the network finds is not known, all count as found.

    Raises
    ------
    QuantityError
        If nothing is found at this pixel size, or a choice makes no sense.
    """
    recall = 1.0 if advice.expected_recall is None else advice.expected_recall
    acquisition = acquisition_of(advice.measurement, choices)
    return effort_for(acquisition, advice.ratio or 1.0, n_found=n_found, recall=recall)


def comparison_of(
    advice: Recommendation,
    choices: Choices,
    error: AddedError,
    *,
    difference_percent: float,
    power_percent: float,
) -> Comparison:
    """Return what it takes to detect a difference in mean size of two conditions.

    Raises
    ------
    QuantityError
        If the question makes no sense, or the sample shows no spread of sizes.
    """
    diameters_px = advice.measurement.diameters_px
    if len(np.unique(diameters_px)) < 2:
        raise QuantityError(
            f"The sample shows no spread of sizes ({len(diameters_px)} measured), so no "
            "number of objects can be told. Measure more of them."
        )
    spread_percent = 100 * float(np.std(diameters_px) / np.mean(diameters_px))
    n_each = objects_for_difference(
        difference_percent,
        spread_percent=spread_percent,
        error_percent=error.percent,
        power=power_percent / 100,
    )
    return Comparison(
        difference_percent=difference_percent,
        power_percent=power_percent,
        spread_percent=spread_percent,
        error=error,
        n_each=n_each,
        # Each condition is planned as a well.
        effort=effort_to_find(advice, replace(choices, n_wells=N_CONDITIONS), n_each),
    )


def added_error(
    advice: Recommendation, session: Session, sweep: Sweep | None
) -> AddedError:
    """Return the error of a diameter at the recommended pixel size.

    Measured against the mask where the network was swept on it; else the least there can
    be, that of counting pixels within perfect outlines.
    """
    ratio = advice.ratio or 1.0
    # Compared exactly: an answer by a sweep is the ratio of one of its scales.
    scale = next(
        (one for one in (sweep.scales if sweep else ()) if one.ratio == ratio), None
    )
    if scale is not None:
        pairs = [
            (entry.sample.labels, found)
            for entry, found in zip(session.entries, scale.labels, strict=True)
            if entry.sample.labels is not None
        ]
        measured = size_error(pairs, ratio)
        if measured is not None:
            return AddedError(
                measured.scatter_percent,
                f"measured on {measured.n_objects} objects with a mask",
            )
    diameter_px = advice.measurement.diameter_px / ratio
    return AddedError(
        smallest_error_percent(diameter_px),
        "the least there can be, from counting pixels within perfect outlines",
    )
