"""Measurements with known sizes, without any image."""

import numpy as np
import pytest

from rescale4dl_core.measuring.measurement import (
    Aggregate,
    Estimator,
    ImageMeasurement,
    Measurement,
)
from rescale4dl_core.quantities import PixelSize
from rescale4dl_core.study.results import GridScores, Interval, ScaleResult, Sweep


def _measurement(
    *by_image,
    pixel_um=0.1,
    pixel_size=None,
    n_border=0,
    estimator=Estimator.EQUIVALENT_CIRCLE,
    other_diameter_px=None,
    density_per_px=1e-4,
    notes=(),
):
    images = [np.atleast_1d(np.asarray(diameters, float)) for diameters in by_image]
    pooled = np.concatenate(images)
    if pixel_size is None and pixel_um is not None:
        pixel_size = PixelSize.square(pixel_um)
    return Measurement(
        images=tuple(
            ImageMeasurement(
                f"image {number}.tif",
                len(diameters),
                n_border,
                float(diameters.mean()) if len(diameters) else None,
            )
            for number, diameters in enumerate(images, start=1)
        ),
        diameters_px=pooled,
        diameter_px=float(np.mean([d.mean() for d in images if len(d)])),
        diameter_px_p05=float(np.percentile(pooled, 5)),
        diameter_px_p95=float(np.percentile(pooled, 95)),
        mean_area_px=float(np.mean(np.pi / 4 * pooled**2)),
        density_per_px=density_per_px,
        estimator=estimator,
        estimator_reason="The objects are compact.",
        estimator_was_chosen_by_user=False,
        other_diameter_px=other_diameter_px,
        aggregate=Aggregate.MEAN,
        pixel_size=pixel_size,
        notes=notes,
    )


@pytest.fixture(scope="session")
def measured():
    """Build a measurement from the diameters of each image, in px."""
    return _measurement


@pytest.fixture(scope="session")
def alike():
    """Build a measurement of 100 objects of one diameter, in px."""

    def build(diameter_px, n_objects=100, **others):
        return _measurement(np.full(n_objects, float(diameter_px)), **others)

    return build


@pytest.fixture(scope="session")
def swept():
    """Build a sweep whose objects score what is given, one row of scores per scale."""
    return _sweep


def _sweep(
    by_ratio,
    *,
    masked=True,
    spread=0.0,
    n_objects=100,
    complete=True,
    reference_diameter_px=50.0,
):
    """Make one scale per ratio and mean score, 0 where nothing is found.

    Where pixels are coarser than those of the sample, objects spread around the mean.
    """
    pattern = np.resize([1.0, -1.0], n_objects)
    return Sweep(
        network="unet-test",
        scales=tuple(
            _scale(
                ratio,
                score + spread * pattern * (ratio > 1),
                masked=masked,
                diameter_px=reference_diameter_px / ratio,
            )
            for ratio, score in sorted(by_ratio.items())
        ),
        n_images=1,
        has_truth=masked,
        reference_diameter_px=reference_diameter_px,
        provider="CPUExecutionProvider",
        complete=complete,
    )


def _scale(ratio, object_iou, *, masked, diameter_px):
    mean = float(np.mean(object_iou))
    interval = Interval(mean, mean - 0.02, mean + 0.02)
    scores = GridScores(interval, {"recall": mean}, (np.asarray(object_iou),))
    return ScaleResult(
        ratio=ratio,
        pixel_size=None,
        coverage_percent=2.0 * ratio,
        n_objects=len(object_iou) if mean > 0 else 0,
        diameter_px=diameter_px if mean > 0 else None,
        own_grid=scores if masked else None,
        sample_grid=scores if masked else None,
        iou_ceiling=1 - ratio / 100 if masked else None,
        stability=None if masked or mean == 0 else interval,
        objects_per_fov=10.0,
        seconds=1.0,
        seconds_network=0.8,
        labels=(),
    )
