"""A ranking as plain fields, ready for JSON; what is not known is None."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rescale4dl_core.microscope.ranking import Option, Ranking

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
        "modality": goal.light.modality.value,
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
