"""The published result tables as curves: images present at every scale, Eq. 2."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from benchmarks.advice.curves import Measured, Scale
from rescale4dl_core.measuring.mean_diameter import dataset_diameter_px
from rescale4dl_core.quantities import Coverage

if TYPE_CHECKING:
    from pathlib import Path

WILD_TYPE = "Saureus_instance_segmentation"
WITH_TREATED = "Saureus_instance_segmentation_pc190723"
WORMS = "Worm_Semantic_Segmentation"

CURVES = (
    (WILD_TYPE, "instance"),
    (WITH_TREATED, "instance"),
    (WORMS, "binary"),
    (WORMS, "semantic"),
)
"""S. aureus, untreated and with treated cells; C. elegans."""

SCORE_TABLES = {
    "instance": "summary_stats",
    "binary": "binary_mask_stats",
    "semantic": "semantic_segmentation_stats",
}


def published_curves(folder: Path) -> tuple[Measured, ...]:
    """Return the four curves of the tables in `folder`."""
    return tuple(published_curve(folder, name, task) for name, task in CURVES)


def published_curve(
    folder: Path, data_set: str, task: str, *, common_images: bool = True
) -> Measured:
    """Return one curve; on the images present at every scale, else on all of each."""
    objects = diameters_px(folder, data_set)
    scores = table(folder, data_set, SCORE_TABLES[task])
    if task == "semantic":
        scores = scores[scores.GT_Label.astype(str) == "ALL"]
    if common_images:
        common = set.intersection(*objects.groupby("scale").image.agg(set))
        objects = objects[objects.image.isin(common)]
        scores = scores[scores.image.isin(common)]
    scales = []
    for name, rows in objects.groupby("scale"):
        by_image = [image.to_numpy() for _, image in rows.groupby("image").diameter_px]
        of_scale = scores[scores.scale == name].groupby("image").IoU.mean()
        scales.append(
            Scale(
                str(name),
                Coverage.of_diameter(dataset_diameter_px(by_image)).percent,
                tuple(np.array([value]) for value in of_scale.sort_index()),
            )
        )
    scales.sort(key=lambda scale: scale.coverage_percent)
    return Measured(f"{data_set}, {task}", tuple(scales))


def table(folder: Path, data_set: str, kind: str) -> pd.DataFrame:
    """Return a published table with the columns scale and image."""
    found = pd.read_csv(folder / data_set / f"{data_set}_{kind}.csv")
    return found.rename(columns={"Grand_Parent_Folder": "scale", "File_name": "image"})


def diameters_px(folder: Path, data_set: str) -> pd.DataFrame:
    """Return scale, image and diameter of every object: Eq. 1, or the width of worms."""
    objects = table(folder, data_set, "IoU_per_obj_stats")
    if data_set == WORMS:
        objects = objects[objects.GT_Label == 1]
        return objects.assign(diameter_px=objects.GT_diameter_median)
    return objects.assign(diameter_px=2 * np.sqrt(objects.GT_area / np.pi))
