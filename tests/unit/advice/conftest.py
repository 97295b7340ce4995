"""Measurements with known sizes, without any image."""

import numpy as np
import pytest

from rescale4dl_core.measure.estimator import Aggregate, Estimator
from rescale4dl_core.measure.measurement import ImageMeasurement, Measurement
from rescale4dl_core.quantities import PixelSize


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
