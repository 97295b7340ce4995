"""Cautions about the measurement, that is how well is the object size is known."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.advice.reasons import MEASURED, PAPER, Caution, Certainty
from rescale4dl_core.advice.wording import microns, number, objects, times
from rescale4dl_core.measure.estimator import Estimator
from rescale4dl_core.window import SMALLEST_DIAMETER_PX

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescale4dl_core.advice.case import Case

FEW_OBJECTS = 30
"""Fewer do not show the spread of sizes: a 5 % tail holds less than two of them."""

VERY_FEW_OBJECTS = 10
SAME_SIZE_WITHIN = 1.2
"""Two estimators that differ by less give the same advice."""

CLEARLY_LONG_FROM = 1.7
"""Circle over width of a rod 2.5 times as long as wide: longer ones are no border case."""

NOT_SQUARE_FROM = 1.05


def cautions_on_size(case: Case) -> tuple[Caution, ...]:
    """Return what limits the knowledge of the object size."""
    found = (
        _unknown_pixel_size(case),
        _few(case),
        _small(case),
        _drawn(case),
        _cut(case),
        _estimator(case),
        _not_square(case),
    )
    return tuple(caution for caution in found if caution is not None)


def _unknown_pixel_size(case: Case) -> Caution | None:
    if case.pixel_um is not None:
        return None
    return Caution(
        f"The pixel size of your sample is not known, so the answer, "
        f"{case.answer(case.ratio)}, cannot be given in µm. Type the pixel size in.",
        "your file",
    )


def _few(case: Case) -> Caution | None:
    n_objects = case.measurement.n_objects
    if n_objects >= FEW_OBJECTS:
        return None
    spread = ""
    if n_objects > 1:
        error = _relative_error(case.measurement.diameters_px)
        spread = f"; their mean diameter is known to about ±{100 * error:.2g} %"
    return Caution(
        f"Only {objects(n_objects)} could be measured, fewer than {FEW_OBJECTS}{spread}. "
        "Add images of the same kind.",
        f"{MEASURED}, 95 % confidence",
        f"only {objects(n_objects)} measured",
        Certainty.LOW if n_objects < VERY_FEW_OBJECTS else Certainty.MODERATE,
    )


def _relative_error(diameters_px: NDArray[np.float64]) -> float:
    """Return half the 95 % confidence interval of the mean, as a share of the mean."""
    from scipy.special import stdtrit

    n_objects = len(diameters_px)
    student = float(stdtrit(n_objects - 1, 0.975))
    deviation = float(np.std(diameters_px, ddof=1))
    return student * deviation / math.sqrt(n_objects) / float(np.mean(diameters_px))


def _small(case: Case) -> Caution | None:
    diameter_px = case.measurement.diameter_px
    if diameter_px >= SMALLEST_DIAMETER_PX:
        return None
    return Caution(
        f"Your objects are only {number(diameter_px)} px {case.across}, less than "
        f"{SMALLEST_DIAMETER_PX:g} px: networks miss objects this small, and their size is "
        "known to a fraction of a pixel at best.",
        PAPER,
        f"objects of {number(diameter_px)} px are hard to measure",
        Certainty.MODERATE,
    )


def _drawn(case: Case) -> Caution | None:
    if not case.is_drawn:
        return None
    return Caution(
        "Diameters drawn by hand are those of objects that you picked. Draw "
        f"{FEW_OBJECTS} or more, small and large ones as they come.",
        MEASURED,
        "diameters drawn by hand",
        Certainty.MODERATE,
    )


def _cut(case: Case) -> Caution | None:
    n_border, n_inside = case.measurement.n_border, case.measurement.n_objects
    if n_border <= n_inside / 2:
        return None
    return Caution(
        f"{n_border} of {n_border + n_inside} objects are cut by the edge of the image. "
        "Large ones are cut more often, so the average of the others may be too small. A "
        "larger field of view helps.",
        MEASURED,
        f"{n_border} of {n_border + n_inside} objects are cut by the edge",
        Certainty.MODERATE,
    )


def _estimator(case: Case) -> Caution | None:
    measured = case.measurement
    other_px = measured.other_diameter_px
    if other_px is None:
        return None
    apart = max(other_px, measured.diameter_px) / min(other_px, measured.diameter_px)
    if apart <= SAME_SIZE_WITHIN:
        return None
    by_width = measured.estimator is Estimator.SKELETON
    other = "as circles of the same area" if by_width else "by their width"
    ratio = case.ratio_for(other_px)
    moves = not math.isclose(ratio, case.ratio, rel_tol=0.01)
    then = case.answer(ratio) if moves else "the same"
    unclear = moves and not (by_width and apart >= CLEARLY_LONG_FROM)
    return Caution(
        f"{measured.estimator_reason} Measured {other} they would be "
        f"{case.length(other_px)}, and the answer would be {then}.",
        "Eq. 1; shape measured on your images",
        f"two ways to measure the size differ by {times(apart)}" if unclear else "",
        Certainty.MODERATE if unclear else Certainty.HIGH,
    )


def _not_square(case: Case) -> Caution | None:
    size = case.measurement.pixel_size
    if size is None:
        return None
    aspect = max(size.y_um, size.x_um) / min(size.y_um, size.x_um)
    if aspect < NOT_SQUARE_FROM:
        return None
    return Caution(
        f"The pixels of your sample are not square ({microns(size.y_um)} high, "
        f"{microns(size.x_um)} wide), so a diameter depends on its direction by up to "
        f"{times(aspect)}. Acquire with square pixels.",
        "your file",
        "pixels that are not square",
        Certainty.MODERATE,
    )
