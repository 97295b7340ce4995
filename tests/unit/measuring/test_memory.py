"""Memory grows with the image, not with label values or with the number of objects."""

import tracemalloc

import numpy as np
import pytest

from rescale4dl_core.labels import Labels
from rescale4dl_core.measuring.objects import measure_objects


def _peak_bytes(pixels):
    labels = Labels.parse(pixels, source="test")
    measure_objects(labels)  # imports are not counted
    tracemalloc.start()
    measure_objects(labels)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def _crowded_field(side_px):
    """Return touching square objects, 16 px on a side."""
    rows, columns = np.mgrid[:side_px, :side_px] // 16
    return rows * (side_px // 16) + columns + 1


@pytest.mark.parametrize("largest", [1, 2**31 - 1])
def test_memory_does_not_depend_on_the_label_values(largest):
    pixels = np.zeros((64, 64), np.int64)
    pixels[10:20, 10:20] = largest
    assert _peak_bytes(pixels) < 1_000_000


def test_four_times_the_pixels_take_at_most_four_times_the_memory():
    small, large = _peak_bytes(_crowded_field(512)), _peak_bytes(_crowded_field(1024))
    assert large < 4.2 * small


def test_long_diagonal_objects_are_not_held_in_memory_all_at_once():
    """64 lines of 500 px have boxes of 64 x 500 x 500 px: one byte each would be 16 MB."""
    pixels = np.zeros((564, 564), np.int32)
    steps = np.arange(500)
    for label in range(1, 65):
        pixels[steps + label, steps + 64 - label] = label
    assert _peak_bytes(pixels) < 64 * 500 * 500
