"""The per-object table against the upstream way of working, in the same run.

Upstream's way, rebuilt from its description: per object two scans of the whole image for
its label, then a crop, skeleton, distance transform and regionprops. The crops here have a
ring of background on all sides, as they should, so that the numbers can be compared: they
must be the same. Upstream has perimeter and filled area besides (timed here); our table has
centroid, elongation, solidity and border contact. Then the memory at growing image size.

Seconds are processor time: both ways use one thread, and others may use the machine.
"""

from __future__ import annotations

import statistics
import sys
import time
import tracemalloc
from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import distance_transform_edt, find_objects
from skimage.measure import regionprops
from skimage.morphology import skeletonize

from benchmarks.capsules import field_of_capsules
from rescale4dl_core.measuring.objects import ObjectTable, measure_objects

if TYPE_CHECKING:
    from rescale4dl_core.labels import Labels

REPEATS = 5


def measure_the_upstream_way(labels: Labels) -> list[tuple[float, ...]]:
    """Return (label, area, min, median, mean, max width, ...) per object."""
    pixels = labels.pixels.astype(np.uint16)
    table = []
    for label, box in enumerate(find_objects(pixels), start=1):
        mask = np.pad((pixels == label)[box], 1)
        n_pixels = np.count_nonzero(pixels == label)
        width_px = 2 * distance_transform_edt(mask)[skeletonize(mask)]
        (shape,) = regionprops(mask.astype(np.uint8))
        table.append(
            (
                label,
                n_pixels,
                width_px.min(),
                np.median(width_px),
                width_px.mean(),
                width_px.max(),
                shape.area_filled,
                shape.perimeter,
            )
        )
    return table


def require_identical(table: ObjectTable, expected: list[tuple[float, ...]]) -> None:
    """Stop unless our numbers are those of the padded crops."""
    columns = list(zip(*expected, strict=True))
    for ours, theirs in (
        (table.label, columns[0]),
        (table.area_px, columns[1]),
        (table.skeleton_diameter_min_px, columns[2]),
        (table.skeleton_diameter_px, columns[3]),
        (table.skeleton_diameter_max_px, columns[5]),
    ):
        np.testing.assert_array_equal(ours, theirs)
    # the mean is summed in another order
    np.testing.assert_allclose(table.skeleton_diameter_mean_px, columns[4], rtol=1e-12)


def median_seconds(labels: Labels) -> float:
    """Return the median time of `measure_objects` over some repeats."""
    seconds = []
    for _ in range(REPEATS):
        begin = time.process_time()
        measure_objects(labels)
        seconds.append(time.process_time() - begin)
    return statistics.median(seconds)


def peak_mb(labels: Labels) -> float:
    """Return the most memory held while measuring, besides the labels, in MB."""
    tracemalloc.start()
    measure_objects(labels)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def main(upstream_too: bool = True) -> None:
    """Measure and print."""
    fields = {
        "600 rods": field_of_capsules(2430, 600, width_px=20, aspect=4, seed=1),
        "5000 nuclei": field_of_capsules(4096, 5000, width_px=30, aspect=1.3, seed=2),
    }
    print(f"{'field':>12} {'px':>10} {'objects':>8} {'median_s':>9} {'objects_per_s':>13}")
    for name, labels in fields.items():
        ours_s, n_objects = median_seconds(labels), len(measure_objects(labels))
        size, rate = f"{labels.shape[0]}^2", n_objects / ours_s
        print(f"{name:>12} {size:>10} {n_objects:8d} {ours_s:9.3f} {rate:13.0f}")
        if not upstream_too:
            continue
        begin = time.process_time()
        expected = measure_the_upstream_way(labels)
        theirs_s = time.process_time() - begin
        require_identical(measure_objects(labels), expected)
        ratio = f"{theirs_s / ours_s:.1f}x"
        print(f"{'upstream':>12} {size:>10} {n_objects:8d} {theirs_s:9.3f} {ratio:>13}")
    print(f"{'field':>12} {'px':>10} {'labels_mb':>10} {'peak_mb':>9}")
    for side_px in (1024, 2048, 4096):
        n_objects = 5000 * side_px**2 // 4096**2
        labels = field_of_capsules(side_px, n_objects, width_px=30, aspect=1.3, seed=3)
        size, labels_mb = f"{side_px}^2", labels.pixels.nbytes / 1e6
        print(f"{n_objects:5d} nuclei {size:>10} {labels_mb:10.1f} {peak_mb(labels):9.1f}")


if __name__ == "__main__":
    main(upstream_too="--ours-only" not in sys.argv)
