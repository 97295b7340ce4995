"""A recommendation as plain fields, ready for JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rescale4dl_core.advice.recommendation import Recommendation


def recommendation_fields(advice: Recommendation) -> dict[str, Any]:
    """Return the fields of `rescale4dl recommend --json`; what is not known is None.

    `pixel_size_um`, `ratio` and `coverage_percent` are those recommended, `diameter_px` is
    measured on the sample as taken. `throughput_gain` and `storage_ratio` are new / old for
    another magnification; `light_ratio` is the dose per area for the same signal-to-noise
    ratio per pixel at the same NA, new / old.
    """
    measured, gain = advice.measurement, advice.gain
    bounds_um = advice.pixel_size_range_um
    return {
        "headline": advice.headline,
        "verdict": advice.verdict.value,
        "purpose": advice.purpose.value,
        "pixel_size_um": advice.pixel_size_um,
        "pixel_size_now_um": None
        if measured.pixel_size is None
        else measured.pixel_size.mean_um,
        "pixel_size_range_um": None if bounds_um is None else list(bounds_um),
        "ratio": advice.ratio,
        "ratio_range": None if advice.ratio_range is None else list(advice.ratio_range),
        "coverage_percent": advice.coverage_percent,
        "coverage_now_percent": measured.coverage.percent,
        "window_percent": list(advice.window_percent),
        "window_source": advice.window.source,
        "target_percent": advice.window.target_percent,
        "diameter_px": measured.diameter_px,
        "diameter_um": measured.diameter_um,
        "diameter_px_p05": measured.diameter_px_p05,
        "diameter_px_p95": measured.diameter_px_p95,
        "n_images": measured.n_images,
        "n_objects": measured.n_objects,
        "n_border": measured.n_border,
        "estimator": measured.estimator.value,
        "share_inside_percent": advice.share_inside_percent,
        "share_inside_now_percent": advice.share_inside_now_percent,
        "throughput_gain": None if gain is None else gain.objects,
        "throughput_gain_by_binning": None if gain is None else 1.0,
        "storage_ratio": None if gain is None else gain.storage,
        "light_ratio": None if gain is None else gain.dose_low,
        "nyquist_ratio": advice.nyquist_ratio,
        "expected_iou": advice.expected_iou,
        "expected_iou_low": advice.expected_iou_low,
        "expected_iou_high": advice.expected_iou_high,
        "expected_recall": advice.expected_recall,
        "network": advice.network,
        "basis": None if advice.basis is None else advice.basis.value,
        "tolerance_percent": advice.tolerance_percent,
        "confidence": advice.confidence.level.value,
        "confidence_sentence": advice.confidence.sentence,
        "gains": list(advice.gains),
        "evidence": [asdict(evidence) for evidence in advice.evidence],
        "reasons": list(advice.reasons),
        "cautions": list(advice.cautions),
        "images": [asdict(image) for image in advice.images],
    }
