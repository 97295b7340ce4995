"""Object tables and data sets made to measure."""

import numpy as np
import pytest

from rescale4dl_core.labels import Labels
from rescale4dl_core.measuring.objects import ObjectTable, measure_objects


@pytest.fixture
def measure():
    """Measure an array of labels."""

    def measured(pixels):
        return measure_objects(Labels.parse(np.asarray(pixels), source="test"))

    return measured


@pytest.fixture
def table_of():
    """Build a table of objects that have the diameters, elongations, ... given."""

    def build(
        equivalent_px=(),
        *,
        skeleton_px=None,
        elongation=1.0,
        solidity=1.0,
        area_px=None,
        n_border=0,
    ):
        circle = np.asarray(equivalent_px, np.float64)
        width = circle if skeleton_px is None else np.asarray(skeleton_px, np.float64)
        area = np.pi / 4 * circle**2 if area_px is None else np.asarray(area_px)
        n_inside, n = len(circle), len(circle) + n_border
        pad = (0, n_border)
        columns = {
            "area_px": np.pad(area, pad).astype(np.int64),
            "equivalent_diameter_px": np.pad(circle, pad),
            "skeleton_diameter_px": np.pad(width, pad),
            "elongation": np.full(n, elongation) * np.ones(n),
            "solidity": np.full(n, solidity) * np.ones(n),
        }
        unused = (
            "centroid_row_px",
            "centroid_column_px",
            "skeleton_diameter_min_px",
            "skeleton_diameter_mean_px",
            "skeleton_diameter_max_px",
        )
        return ObjectTable(
            label=np.arange(1, n + 1, dtype=np.int32),
            touches_border=np.arange(n) >= n_inside,
            **columns,
            **{name: np.zeros(n) for name in unused},
        )

    return build
