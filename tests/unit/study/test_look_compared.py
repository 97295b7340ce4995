"""Three versions of one sample, segmented by a threshold whose answer is known."""

import numpy as np
import pytest
from scipy import ndimage

from rescale4dl_core.demo.sample import demo_sample
from rescale4dl_core.inference.segment import Prediction
from rescale4dl_core.labels import Labels
from rescale4dl_core.measuring.measurement import Estimator
from rescale4dl_core.simulation.configured_view import TakenWith, View
from rescale4dl_core.simulation.look import look
from rescale4dl_core.study.look_compared import compare_looks


def threshold(image, network, *, progress):
    del network
    progress(0.5, "thresholding")
    smooth = ndimage.gaussian_filter(
        image.pixels.astype(float), 0.3 / image.pixel_size.x_um
    )
    dark, bright = np.percentile(smooth, [5, 99])
    pieces, n_pieces = ndimage.label(smooth > (dark + bright) / 2)
    labels = Labels.parse(pieces, source="threshold")
    return Prediction(labels, n_pieces, "none", 0.0, 0.0)


@pytest.fixture(scope="module")
def compared():
    sample = demo_sample()
    seen = look(sample.image, TakenWith(0.1), View(0.8, 1.2, light_ratio=0.2))
    reports = []
    rows = compare_looks(
        sample,
        seen,
        None,
        estimator=Estimator.EQUIVALENT_CIRCLE,
        segmenter=threshold,
        progress=lambda fraction, _: reports.append(fraction),
    )
    return {row.version: row for row in rows}, reports


def test_the_three_versions_are_compared_on_one_grid(compared):
    rows, _ = compared
    assert list(rows) == ["as taken", "simulated", "only binned"]
    assert rows["as taken"].image.shape == (512, 512)
    assert rows["simulated"].image.shape == rows["only binned"].image.shape == (128, 128)
    assert all(0 < row.recall <= 1 for row in rows.values())


def test_a_blur_that_joins_neighbours_costs_overlap_and_binning_alone_hardly_any(compared):
    rows, _ = compared
    assert rows["simulated"].iou < rows["only binned"].iou - 0.02
    assert rows["only binned"].iou <= rows["as taken"].iou + 0.02


def test_sizes_are_in_micrometres_whatever_the_grid(compared):
    rows, _ = compared
    sizes_um = [row.diameter_um for row in rows.values()]
    assert max(sizes_um) / min(sizes_um) < 1.6


def test_progress_runs_over_all_three(compared):
    _, reports = compared
    assert reports == pytest.approx([1 / 6, 3 / 6, 5 / 6])
