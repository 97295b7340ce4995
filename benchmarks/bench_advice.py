"""How long the what-if sliders and the recommendation take on the server."""

from __future__ import annotations

import statistics
import timeit
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.advice.recommend import recommend
from rescale4dl_core.advice.recommendation import recommendation_fields
from rescale4dl_core.measuring.measurement import (
    Aggregate,
    Estimator,
    ImageMeasurement,
    Measurement,
)
from rescale4dl_core.planning.sampling import Optics
from rescale4dl_core.planning.timing import FieldTiming
from rescale4dl_core.planning.what_if import Acquisition, what_if, what_if_series
from rescale4dl_core.quantities import PixelSize

if TYPE_CHECKING:
    from collections.abc import Callable

ACQUISITION = Acquisition(
    diameter_px=30.0,
    area_px=700.0,
    timing=FieldTiming(n_channels=3, n_planes=11),
    pixel_size=PixelSize.square(0.325),
    density_per_px=3e-4,
    n_objects_wanted=100_000,
    n_wells=96,
)


def sample_of(n_objects: int) -> Measurement:
    """Return a measurement of nuclei of mixed sizes over five images."""
    diameters_px = np.random.default_rng(1).lognormal(np.log(30), 0.3, n_objects)
    low, high = np.percentile(diameters_px, [5, 95])
    return Measurement(
        images=tuple(
            ImageMeasurement(f"well {number}.tif", n_objects // 5, n_objects // 100, 30.0)
            for number in range(5)
        ),
        diameters_px=diameters_px,
        diameter_px=30.0,
        diameter_px_p05=float(low),
        diameter_px_p95=float(high),
        mean_area_px=700.0,
        density_per_px=3e-4,
        estimator=Estimator.EQUIVALENT_CIRCLE,
        estimator_reason="The objects are compact.",
        estimator_was_chosen_by_user=False,
        other_diameter_px=27.0,
        aggregate=Aggregate.MEAN,
        pixel_size=PixelSize.square(0.325),
        notes=(),
    )


def median_ms(work: Callable[[], object]) -> float:
    """Return the median time of `work` over 21 runs."""
    return 1000 * statistics.median(timeit.repeat(work, number=1, repeat=21))


def main() -> None:
    """Measure and print."""
    ratios = np.geomspace(0.25, 16, 200).tolist()
    optics = Optics(numerical_aperture=0.75)
    few, many = sample_of(200), sample_of(100_000)
    works: dict[str, Callable[[], object]] = {
        "what-if, one pixel size": lambda: what_if(ACQUISITION, 2.5),
        "what-if, chart of 200": lambda: what_if_series(ACQUISITION, ratios),
        "recommend, 200 objects": lambda: recommendation_fields(
            recommend(few, optics=optics)
        ),
        "recommend, 100,000 objects": lambda: recommendation_fields(
            recommend(many, optics=optics)
        ),
    }
    print(f"{'work':<28} {'median_ms':>10}")
    for name, work in works.items():
        print(f"{name:<28} {median_ms(work):10.3f}")


if __name__ == "__main__":
    main()
