"""The bins of the size histogram."""

import numpy as np
import pytest

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.measuring.dataset import MeasuredImage, summarise
from rescale4dl_core.measuring.drawn import DrawnDiameter, DrawnImage
from rescale4dl_core.measuring.measurement import size_histogram
from rescale4dl_core.quantities import PixelSize


@pytest.fixture
def measurement(table_of):
    table = table_of([10.0, 10.0, 14.0, 20.0])
    return summarise([MeasuredImage("a", table, (50, 50), PixelSize.square(0.5))])


def test_each_object_lies_in_one_bin_and_the_last_includes_the_largest(measurement):
    histogram = size_histogram(measurement, n_bins=2)
    np.testing.assert_array_equal(histogram.edges_px, [10, 15, 20])
    np.testing.assert_array_equal(histogram.edges_um, [5, 7.5, 10])
    np.testing.assert_array_equal(histogram.counts, [3, 1])


def test_without_a_pixel_size_there_are_no_edges_on_the_sample(table_of):
    measured = summarise([MeasuredImage("a", table_of([10.0]), (50, 50), None)])
    histogram = size_histogram(measured)
    assert histogram.edges_um is None
    assert histogram.counts.sum() == 1


def test_a_histogram_has_at_least_one_bin(measurement):
    with pytest.raises(QuantityError, match=r"1 bin or more; got 0"):
        size_histogram(measurement, n_bins=0)


def test_all_objects_fit_into_a_single_bin():
    drawn = tuple(DrawnDiameter(0, 0, 0, length_px) for length_px in (3, 5, 9))
    measurement = summarise([DrawnImage("a.tif", drawn, (20, 20), None)])
    assert size_histogram(measurement, n_bins=1).counts.tolist() == [3]
