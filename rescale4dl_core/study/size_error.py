"""How much a network's outlines change the measured size of an object."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.evaluation.matching import match_objects, overlap_of
from rescale4dl_core.evaluation.original_grid import on_original_grid
from rescale4dl_core.quantities import RescaleFactor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rescale4dl_core.labels import Labels

FEWEST_OBJECTS = 10
"""With fewer matched objects the scatter is not known."""


@dataclass(frozen=True, slots=True)
class SizeError:
    """Diameter by the network over the true one, minus 1, over the objects found."""

    bias_percent: float
    """Mean: all sizes come out so much too large."""

    scatter_percent: float
    """Standard deviation: what it adds to the spread of the sizes."""

    n_objects: int


def size_error(pairs: Sequence[tuple[Labels, Labels]], ratio: float) -> SizeError | None:
    """Return the error of the diameters (Eq. 1) at one scale of a sweep.

    Parameters
    ----------
    pairs : sequence of (Labels, Labels)
        For each image the true objects on the grid of the sample, and what was found on
        the grid of the scale.
    ratio : float
        New / old pixel size.

    Returns
    -------
    SizeError or None
        None where fewer than ten objects were found.

    Raises
    ------
    LabelImageError
        If the shapes do not fit the ratio.
    """
    errors = np.concatenate(
        [np.zeros(0), *(_errors(truth, found, ratio) for truth, found in pairs)]
    )
    if len(errors) < FEWEST_OBJECTS:
        return None
    return SizeError(
        bias_percent=100 * float(errors.mean()),
        scatter_percent=100 * float(errors.std(ddof=1)),
        n_objects=len(errors),
    )


def _errors(truth: Labels, found: Labels, ratio: float) -> NDArray[np.float64]:
    grids = on_original_grid(truth, found, RescaleFactor.of(ratio))
    overlap = overlap_of(grids.truth, grids.prediction)
    matching = match_objects(overlap)
    matched = matching.is_found
    areas_px = overlap.predicted_area_px[matching.predicted_index[matched]]
    relative: NDArray[np.float64] = np.sqrt(areas_px / overlap.true_area_px[matched]) - 1
    return relative
