"""Shape: the ratio of the axes, and the share of the convex hull that is filled."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from skimage.measure import regionprops

from rescale4dl_core.labels import Labels
from rescale4dl_core.measuring.objects import measure_objects

masks = hnp.arrays(np.bool_, st.tuples(st.integers(1, 14), st.integers(1, 14))).filter(
    np.any
)


def _only_row(mask):
    table = measure_objects(Labels.parse(mask, source="test"))
    return table.elongation[0], table.solidity[0]


def _pixels_in_hull(mask):
    """Count the pixels that no line through two object pixels keeps apart from them all."""
    points = np.argwhere(mask)
    grid = np.argwhere(np.ones_like(mask))
    steps = (points[:, None] - points[None]).reshape(-1, 2)
    normals = np.unique(np.column_stack([-steps[:, 1], steps[:, 0]]), axis=0)
    ends = np.array([[0, 1], [0, -1], [1, 0], [-1, 0]])  # of points on one line
    normals = np.vstack([normals, steps, ends])
    furthest = (points @ normals.T).max(axis=0)
    return int((grid @ normals.T <= furthest).all(axis=1).sum())


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 2), (4, 1), (3, 12), (7, 7)])
def test_the_elongation_of_a_rectangle_is_the_ratio_of_its_sides(height, width):
    elongation, solidity = _only_row(np.ones((height, width), bool))
    assert elongation == pytest.approx(max(height, width) / min(height, width))
    assert solidity == 1


@settings(max_examples=150, deadline=None)
@given(masks)
def test_the_elongation_is_that_of_regionprops_with_pixels_as_squares(mask):
    (found,) = regionprops(mask.astype(np.uint8))
    major, minor = np.array(found.inertia_tensor_eigvals) + 1 / 12
    elongation, _ = _only_row(mask)
    assert elongation == pytest.approx(np.sqrt(major / minor), rel=1e-6)


@pytest.mark.parametrize("angle_deg", [0, 20, 45, 77, 90])
def test_the_elongation_of_a_large_ellipse_is_that_of_its_axes_at_any_angle(angle_deg):
    rows, columns = np.mgrid[-60:61, -60:61]
    angle = np.radians(angle_deg)
    along = rows * np.cos(angle) + columns * np.sin(angle)
    across = columns * np.cos(angle) - rows * np.sin(angle)
    ellipse = (along / 50) ** 2 + (across / 20) ** 2 <= 1
    (found,) = regionprops(ellipse.astype(np.uint8))
    elongation, solidity = _only_row(ellipse)
    assert elongation == pytest.approx(2.5, rel=0.01)
    by_regionprops = found.axis_major_length / found.axis_minor_length
    assert elongation == pytest.approx(by_regionprops, rel=0.001)
    assert solidity > 0.995


@settings(max_examples=150, deadline=None)
@given(masks)
def test_the_solidity_counts_the_pixels_of_the_hull(mask):
    _, solidity = _only_row(mask)
    assert solidity == mask.sum() / _pixels_in_hull(mask)


@settings(max_examples=50, deadline=None)
@given(masks, st.integers(2, 4))
def test_the_solidity_lies_between_0_and_1_and_does_not_depend_on_the_orientation(
    mask, times
):
    _, solidity = _only_row(mask)
    assert 0 < solidity <= 1
    for turned in (mask.T, mask[::-1], mask[:, ::-1]):
        assert _only_row(turned)[1] == solidity


@pytest.mark.parametrize("diameter_px", [3, 6, 10, 25, 61])
def test_a_disc_is_solid_at_every_size(diameter_px):
    rows, columns = np.mgrid[:70, :70] - 34.7
    _, solidity = _only_row(np.hypot(rows, columns) <= diameter_px / 2)
    assert solidity > 0.98


def test_a_half_ring_is_not_solid():
    """Half a ring of radii 20 and 30: area pi/2 (900 - 400), hull pi/2 900."""
    rows, columns = np.mgrid[:40, :80] - np.array([0.0, 40.0]).reshape(2, 1, 1)
    radius = np.hypot(rows, columns)
    _, solidity = _only_row((radius >= 20) & (radius <= 30))
    assert solidity == pytest.approx(500 / 900, abs=0.01)
