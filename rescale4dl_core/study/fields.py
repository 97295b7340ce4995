"""A sweep as the fields of the command line and of files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rescale4dl_core.study.agreement import rank_agreement

if TYPE_CHECKING:
    from rescale4dl_core.study.results import GridScores, Interval, ScaleResult, Sweep


def sweep_fields(sweep: Sweep) -> dict[str, Any]:
    """Return a sweep as plain values; what needs a mask is None without one."""
    best = sweep.best
    return {
        "network": sweep.network,
        "provider": sweep.provider,
        "n_images": sweep.n_images,
        "has_truth": sweep.has_truth,
        "complete": sweep.complete,
        "reference_diameter_px": sweep.reference_diameter_px,
        "best_ratio": None if best is None else best.ratio,
        "rank_agreement": rank_agreement(sweep),
        "scales": [scale_fields(scale) for scale in sweep.scales],
        "cautions": list(sweep.notes),
    }


def scale_rows(sweep: Sweep) -> list[dict[str, Any]]:
    """Return one row per scale with the same names, None where a scale has no value."""
    rows = [scale_fields(scale) for scale in sweep.scales]
    names = dict.fromkeys(name for row in rows for name in row)
    return [{name: row.get(name) for name in names} for row in rows]


def scale_fields(scale: ScaleResult) -> dict[str, Any]:
    """Return one scale as plain values, the row of a table."""
    size, parts = scale.pixel_size, scale.stability_parts
    return {
        "ratio": scale.ratio,
        "pixel_size_um": None if size is None else size.mean_um,
        "coverage_percent": scale.coverage_percent,
        "n_objects": scale.n_objects,
        "n_border": scale.n_border,
        "diameter_px": scale.diameter_px,
        **_grid_fields("own_grid", scale.own_grid),
        **_grid_fields("sample_grid", scale.sample_grid),
        "iou_ceiling": scale.iou_ceiling,
        **_interval_fields("stability", scale.stability),
        "stability_mirrored": parts and parts.mirrored,
        "stability_noise": parts and parts.noise,
        "stability_zoom": parts and parts.zoom,
        "stability_neighbours": parts and parts.neighbours,
        "objects_per_fov": scale.objects_per_fov,
        "seconds": scale.seconds,
        "seconds_network": scale.seconds_network,
        "notes": " ".join(scale.notes),
    }


def _grid_fields(grid: str, scores: GridScores | None) -> dict[str, Any]:
    return {
        **_interval_fields(f"iou_{grid}", None if scores is None else scores.iou),
        f"iou_binary_{grid}": scores and scores.binary_iou,
        f"ap50_{grid}": scores and scores.ap50,
        f"f1_{grid}": scores and scores.f1,
        f"recall_{grid}": scores and scores.recall,
        **{
            f"iou_class_{one.value}_{grid}": one.iou
            for one in (() if scores is None else scores.classes)
        },
    }


def _interval_fields(name: str, interval: Interval | None) -> dict[str, Any]:
    return {
        name: interval and interval.mean,
        f"{name}_low": interval and interval.low,
        f"{name}_high": interval and interval.high,
    }
