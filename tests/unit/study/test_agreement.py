"""Spearman's correlation against SciPy's, and over the scales of a sweep."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from rescale4dl_core.quantities import RescaleFactor
from rescale4dl_core.study.results import Interval, rank_agreement, spearman
from rescale4dl_core.study.sweep import sweep

few_values = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=3, max_size=20
)


@settings(max_examples=60, deadline=None)
@given(few_values)
def test_it_is_the_correlation_that_scipy_computes(pairs):
    first, second = zip(*pairs, strict=True)
    ours = spearman(first, second)
    if len(set(first)) == 1 or len(set(second)) == 1:
        assert ours is None
    else:
        assert ours == pytest.approx(spearmanr(first, second).statistic)


@pytest.fixture
def swept(squares, sample_of, network, threshold, measured):
    sample = sample_of(squares)
    factors = [RescaleFactor.of(ratio) for ratio in (1.0, 2.0, 3.0, 5.0, 7.0)]
    return sweep(
        [sample], network, factors, measurement=measured([sample]), segmenter=threshold
    )


def test_a_stability_in_the_order_of_the_scores_agrees_fully(swept):
    order = np.argsort([scale.sample_grid.iou.mean for scale in swept.scales])
    scales = list(swept.scales)
    for rank, index in enumerate(order):
        scores = replace(scales[index].sample_grid, iou=Interval(0.1 * rank, 0.0, 1.0))
        scales[index] = replace(
            scales[index],
            sample_grid=scores,
            stability=Interval(0.5 + 0.1 * rank, 0, 1) if rank else None,
        )
    assert rank_agreement(replace(swept, scales=tuple(scales))) == pytest.approx(1.0)


def test_too_few_scales_no_mask_or_no_stability_have_no_agreement(swept):
    assert rank_agreement(replace(swept, scales=swept.scales[:3])) is None
    for missing in ({"sample_grid": None}, {"stability": None}):
        scales = tuple(replace(scale, **missing) for scale in swept.scales)
        assert rank_agreement(replace(swept, scales=scales)) is None
