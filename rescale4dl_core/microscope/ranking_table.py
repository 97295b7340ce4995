"""A whole ranking as columns, one value per rank: fast enough for all of them."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.microscope.objective import UM_PER_MM
from rescale4dl_core.microscope.ranking import Standing
from rescale4dl_core.planning.costs import BYTES_PER_GB
from rescale4dl_core.planning.throughput import SECONDS_PER_HOUR

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from rescale4dl_core.microscope.ranking import Option, Ranking


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


OF_CAMERA = ("read_noise_e", "qe_525_percent", "full_well_e", "bit_depth", "frame_rate_hz")


def ranking_fields(ranking: Ranking, options: tuple[Option, ...]) -> dict[str, Any]:
    """Return the fields of `rescale4dl plan --json`, with `options` as its rows."""
    goal, stand = ranking.goal, ranking.stand
    return {
        "diameter_um": goal.diameter_um,
        "window_percent": [goal.window.low_percent, goal.window.high_percent],
        "window_source": goal.window.source,
        "score_source": None if goal.curve is None else goal.curve.source,
        "density_per_um2": goal.density_per_um2,
        "density_source": ranking.density_source,
        "for_structure": goal.for_structure,
        "tolerance_percent": goal.tolerance_percent,
        "timing": asdict(goal.timing),
        "interval_s": goal.interval_s,
        "planes_through_objects": goal.planes_through_objects,
        "height_um": goal.object_height_um,
        "equal_light": goal.equal_light,
        "relative_to": ranking.reference,
        "modality": goal.light.modality.words,
        "emission_nm": goal.light.emission_nm,
        "n_objects_wanted": goal.n_objects_wanted,
        "n_wells": goal.n_wells,
        "overlap_percent": goal.overlap_percent,
        "assumed_field_number_mm": stand.assumed_field_number_mm,
        "n_configurations": len(ranking),
        "configurations": [option_fields(option) for option in options],
    }


def option_fields(option: Option) -> dict[str, Any]:
    """Return one row of `rescale4dl plan --json`."""
    configuration = option.configuration
    objective, camera = configuration.objective, configuration.camera
    return {
        "rank": option.rank,
        "objective": objective.label,
        "magnification": objective.magnification,
        "numerical_aperture": objective.numerical_aperture,
        "immersion": objective.immersion or None,
        "camera": camera.label,
        "camera_kind": camera.kind.value,
        "binning": configuration.binning,
        "relay": configuration.relay,
        "standing": option.standing.meaning,
        "in_window": option.in_window,
        "on_pareto_front": option.on_front,
        "pixel_size_um": option.pixel_um,
        "coverage_percent": option.coverage_percent,
        "nyquist_um": option.nyquist_um,
        "nyquist_ratio": option.nyquist_ratio,
        "rayleigh_um": option.rayleigh_um,
        "depth_of_field_um": option.depth_of_field_um,
        "fov_um": {"y": option.field_height_um, "x": option.field_width_um},
        "image_px": {"y": int(option.image_rows_px), "x": int(option.image_columns_px)},
        "exposure_s": option.exposure_s,
        "n_planes": option.n_planes,
        "tau_s": option.tau_s,
        "objects_per_fov_ceiling": option.objects_per_fov_ceiling,
        "objects_per_fov": option.objects_per_fov,
        "objects_per_s_ceiling": option.objects_per_s_ceiling,
        "objects_per_s": option.objects_per_s,
        "n_fields": _whole(option.n_fields),
        "duration_s": option.duration_s,
        "storage_bytes": _whole(option.storage_bytes),
        "compressed_bytes": _whole(option.compressed_bytes),
        "relative_dose": option.relative_dose,
        "relative_brightness": option.relative_brightness,
        "dose_j_per_cm2": option.dose_j_per_cm2,
        "expected_iou": option.expected_iou,
        "expected_iou_low": option.expected_iou_low,
        "expected_iou_high": option.expected_iou_high,
        "expected_recall": option.recall,
        "binned_read_noise_e": camera.binned_read_noise_e(configuration.binning),
        **{name: getattr(camera, name) for name in OF_CAMERA},
    }


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)
