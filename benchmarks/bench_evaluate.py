"""Matching and the whole per-object table against the upstream way of working.

Upstream's way, rebuilt from its description: every true object is cropped to its box,
padded by half its size, and the labels in the crop are tried one by one; a match is painted
into an image of true positives and erased from the prediction, two scans of the whole
image; F1 comes from scikit-learn, both objects are skeletonised and measured by regionprops
in their crop, and each makes a pandas row. Two of its faults are mended here so that the
numbers can be compared, which costs it nothing: crops are padded on all sides, and
background is no candidate. Labels, IoU, areas, perimeters and diameters must then be the
same as ours.

Then a data set of 12 pairs, S. aureus where it is at hand, from files to results.

Seconds are processor time, for others may use the machine; the last line gives the clock.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.ndimage import distance_transform_edt, find_objects
from skimage.measure import regionprops
from skimage.morphology import skeletonize
from sklearn.metrics import f1_score

from benchmarks.capsules import field_of_capsules
from rescale4dl_core.evaluation.evaluation import evaluate_dataset
from rescale4dl_core.evaluation.folders import find_pairs
from rescale4dl_core.evaluation.matching import match_objects, overlap_of
from rescale4dl_core.evaluation.shapes import shapes_of
from rescale4dl_core.labels import Labels
from rescale4dl_core.writing.image_tiff import write_labels_tiff

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

REPEATS = 5
S_AUREUS = (
    Path(__file__).parents[2]
    / "shared/data/bacteria_saureus_sim_rescale4dl/segmentation_results"
)
Crop = tuple[slice, slice]


def with_prediction(
    side_px: int, n_objects: int, width_px: float, aspect: float, seed: int
) -> tuple[Labels, Labels]:
    """Return a field of capsules, and a prediction of them.

    The prediction is shifted by (1, 2) px, numbered otherwise, and lacks every 40th object.
    """
    truth = field_of_capsules(side_px, n_objects, width_px, aspect, seed)
    number = np.random.default_rng(seed).permutation(n_objects) + 1
    number[::40] = 0
    prediction = np.roll(np.append(0, number)[truth.pixels], (1, 2), (0, 1))
    return truth, Labels.parse(prediction, source="prediction")


def upstream_matches(
    truth: NDArray[np.uint16], prediction: NDArray[np.uint16]
) -> Iterator[tuple[int, int, float, Crop]]:
    """Yield (label, label of the match or 0, IoU, crop), object by object."""
    left, painted = prediction.copy(), np.zeros_like(truth)
    for label, box in enumerate(find_objects(truth), start=1):
        crop = _padded(box[0], truth.shape[0]), _padded(box[1], truth.shape[1])
        mine, around = truth[crop] == label, left[crop]
        for other in np.unique(around):
            its = around == other
            iou = np.logical_and(mine, its).sum() / np.logical_or(mine, its).sum()
            if other and iou > 0.5:
                painted[left == other] = label
                left[left == other] = 0
                yield label, int(other), float(iou), crop
                break
        else:
            yield label, 0, 0.0, crop


def _padded(side: slice, length: int) -> slice:
    pad = (side.stop - side.start) // 2 + 1
    return slice(max(0, side.start - pad), min(length, side.stop + pad))


def upstream_table(
    truth: NDArray[np.uint16], prediction: NDArray[np.uint16]
) -> pd.DataFrame:
    """Return the whole table, one pandas row per object."""
    rows = []
    for label, other, iou, crop in upstream_matches(truth, prediction):
        mine = truth[crop] == label
        row = {"gt_label": label, "prediction_label": other, "iou": iou}
        row |= {f"gt_{name}": value for name, value in _shape(mine).items()}
        if other:
            its = prediction[crop] == other
            row["f1"] = f1_score(mine, its, average="micro")
            row |= {f"prediction_{name}": value for name, value in _shape(its).items()}
        rows.append(pd.DataFrame([row]))
    return pd.concat(rows, ignore_index=True)


def _shape(mask: NDArray[np.bool_]) -> dict[str, float]:
    width_px = 2 * distance_transform_edt(mask)[skeletonize(mask)]
    (found,) = regionprops(mask.astype(np.uint8))
    return {
        "min": width_px.min(),
        "max": width_px.max(),
        "mean": width_px.mean(),
        "median": np.median(width_px),
        "area": found.area,
        "area_filled": found.area_filled,
        "perimeter": found.perimeter,
    }


def require_identical(truth: Labels, prediction: Labels, theirs: pd.DataFrame) -> None:
    """Stop unless our numbers are those of the upstream way."""
    overlap = overlap_of(truth, prediction)
    matching = match_objects(overlap)
    found = matching.is_found
    ours, partner = np.zeros(len(found), int), matching.predicted_index[found]
    ours[found] = overlap.predicted_label[partner]
    np.testing.assert_array_equal(ours, theirs.prediction_label)
    np.testing.assert_array_equal(matching.iou, theirs.iou)
    np.testing.assert_allclose(matching.f1[found], theirs.f1[found], rtol=1e-12)
    for side, shapes, rows in (
        ("gt", shapes_of(truth), np.arange(len(found))),
        ("prediction", shapes_of(prediction), partner),
    ):
        expected = theirs if side == "gt" else theirs[found]
        for name, values in (
            ("area", shapes.objects.area_px),
            ("area_filled", shapes.outlines.filled_area_px),
            ("perimeter", shapes.outlines.perimeter_px),
            ("min", shapes.objects.skeleton_diameter_min_px),
            ("median", shapes.objects.skeleton_diameter_px),
            ("mean", shapes.objects.skeleton_diameter_mean_px),
            ("max", shapes.objects.skeleton_diameter_max_px),
        ):
            np.testing.assert_allclose(values[rows], expected[f"{side}_{name}"], rtol=1e-12)


def median_seconds(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Return the median processor time of some repeats."""
    seconds = []
    for _ in range(repeats):
        begin = time.process_time()
        work()
        seconds.append(time.process_time() - begin)
    return statistics.median(seconds)


def compare(name: str, truth: Labels, prediction: Labels, upstream_too: bool) -> None:
    """Print the times of both ways and their ratio."""

    def our_table() -> None:
        match_objects(overlap_of(truth, prediction))
        shapes_of(truth)
        shapes_of(prediction)

    matching_s = median_seconds(lambda: match_objects(overlap_of(truth, prediction)))
    table_s = median_seconds(our_table)
    size = f"{truth.shape[0]}^2"
    print(f"{name:>12} {size:>8} {'ours':>9} {matching_s:11.4f} {table_s:9.3f}")
    if not upstream_too:
        return
    stored = truth.pixels.astype(np.uint16), prediction.pixels.astype(np.uint16)
    theirs_matching_s = median_seconds(lambda: list(upstream_matches(*stored)), repeats=1)
    begin = time.process_time()
    theirs = upstream_table(*stored)
    theirs_table_s = time.process_time() - begin
    require_identical(truth, prediction, theirs)
    print(
        f"{name:>12} {size:>8} {'upstream':>9} {theirs_matching_s:11.4f} "
        f"{theirs_table_s:9.3f}"
    )
    print(
        f"{'':>12} {'':>8} {'ratio':>9} {theirs_matching_s / matching_s:10.0f}x "
        f"{theirs_table_s / table_s:8.1f}x"
    )


def simulated_dataset(folder: Path) -> Path:
    """Write 6 images of 350 cells at two samplings, like the S. aureus maps."""
    for number in range(6):
        truth, prediction = with_prediction(1215, 350, 21, 1.1, seed=number)
        for step, sampling in ((1, "downsampling_2"), (2, "downsampling_4")):
            for side, labels in (("GT", truth), ("Prediction", prediction)):
                pixels = labels.pixels[::step, ::step]
                path = folder / sampling / side / f"{number}.tif"
                write_labels_tiff(path, Labels.parse(pixels, source=side), None)
    return folder


def main(upstream_too: bool = True) -> None:
    """Measure and print."""
    fields = {
        "600 rods": with_prediction(2430, 600, width_px=20, aspect=4, seed=1),
        "5000 nuclei": with_prediction(4096, 5000, width_px=30, aspect=1.3, seed=2),
    }
    print(f"{'field':>12} {'px':>8} {'way':>9} {'matching_s':>11} {'table_s':>9}")
    for name, (truth, prediction) in fields.items():
        compare(name, truth, prediction, upstream_too)
    with tempfile.TemporaryDirectory() as scratch:
        at_hand = S_AUREUS.is_dir()
        folder = S_AUREUS if at_hand else simulated_dataset(Path(scratch))
        evaluate_dataset(find_pairs(folder))
        begin = time.perf_counter()
        seconds = median_seconds(lambda: evaluate_dataset(find_pairs(folder)), repeats=3)
        clock_s = (time.perf_counter() - begin) / 3
        kind = "S. aureus" if at_hand else "simulated"
        n_pairs = len(find_pairs(folder).pairs)
    print(
        f"{n_pairs} {kind} pairs from files to results: {seconds:.2f} s, "
        f"{clock_s:.2f} s by the clock"
    )


if __name__ == "__main__":
    main(upstream_too="--ours-only" not in sys.argv)
