"""A whole ranking as columns, one value per rank: fast enough for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.microscope.objective import UM_PER_MM
from rescale4dl_core.microscope.standing import Standing
from rescale4dl_core.planning.storage import BYTES_PER_GB
from rescale4dl_core.planning.throughput import SECONDS_PER_HOUR

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from rescale4dl_core.microscope.ranking import Ranking


def table_of(ranking: Ranking, n_rows: int) -> Mapping[str, NDArray[Any]]:
    """Return the first `n_rows` ranks; NaN and None are "not known".

    Names are texts; the other columns are called as the fields of `Option`, or end in the
    unit that they are shown in.
    """
    stand, figures = ranking.stand, ranking.figures
    numbers = ranking.order[:n_rows]
    of_objective, of_camera, of_binning, of_relay = np.unravel_index(numbers, stand.shape)
    objectives, cameras = stand.objectives, stand.cameras
    brightness, dose = ranking.compared_with
    meanings = _texts(standing.meaning for standing in Standing)
    return {
        "rank": np.arange(1, len(numbers) + 1),
        "objective": _texts(one.title for one in objectives)[of_objective],
        "camera": _texts(one.label for one in cameras)[of_camera],
        "binning": _texts(f"{b}×{b}" for b in stand.binnings)[of_binning],
        "relay": np.array(stand.relays)[of_relay],
        "standing": meanings[ranking.standings[numbers]],
        "expected_iou": figures.expected_iou[numbers],
        "objects_per_hour": figures.objects_per_hour[numbers],
        "pixel_um": figures.pixel_um[numbers],
        "coverage_percent": figures.coverage_percent[numbers],
        "field_width_mm": figures.field_width_um[numbers] / UM_PER_MM,
        "field_height_mm": figures.field_height_um[numbers] / UM_PER_MM,
        "duration_h": figures.duration_s[numbers] / SECONDS_PER_HOUR,
        "storage_gb": figures.storage_bytes[numbers] / BYTES_PER_GB,
        "relative_dose": figures.dose[numbers] / dose,
        "relative_brightness": figures.brightness[numbers] / brightness,
        "dose_j_per_cm2": figures.dose_j_per_cm2[numbers],
        "nyquist_ratio": figures.nyquist_ratio[numbers],
        "rayleigh_um": figures.rayleigh_um[numbers],
        "immersion": _texts(one.immersion for one in objectives)[of_objective],
        "working_distance_mm": np.array(
            [one.working_distance_mm for one in objectives], np.float64
        )[of_objective],
    }


def _texts(texts: Iterable[str]) -> NDArray[Any]:
    return np.array(list(texts), dtype=object)
