"""How much a scale loses, object by object, against scipy's paired tests."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from rescale4dl_core.study.bootstrap import paired_loss


def test_one_image_is_a_paired_t_test_over_its_objects():
    rng = np.random.default_rng(1)
    better, other = rng.uniform(0, 1, (2, 40))
    loss = paired_loss([better], [other])
    bound = stats.ttest_rel(better, other, alternative="greater")
    assert loss.mean == pytest.approx(np.mean(better - other))
    high = -stats.ttest_rel(other, better).confidence_interval(0.9).low
    assert loss.at_most == pytest.approx(high)
    assert bound.df == 39


def test_many_images_are_a_paired_t_test_over_their_means():
    rng = np.random.default_rng(2)
    better = [rng.uniform(0.5, 1, n) for n in (3, 8, 20, 1, 5, 9)]
    other = [image - rng.uniform(0, 0.2, len(image)) for image in better]
    loss = paired_loss(better, other)
    means = [np.mean(a) for a in better], [np.mean(b) for b in other]
    assert loss.at_most == pytest.approx(
        -stats.ttest_rel(means[1], means[0]).confidence_interval(0.9).low
    )


def test_scatter_that_both_scales_share_leaves_the_loss_sure():
    hard_and_easy = np.linspace(0, 1, 11)
    loss = paired_loss([hard_and_easy], [hard_and_easy - 0.1])
    assert loss.at_most == pytest.approx(0.1)


def test_objects_that_a_scale_does_not_show_are_left_out():
    better = np.array([0.9, 0.8, np.nan])
    other = np.array([0.7, np.nan, 0.1])
    loss = paired_loss([better, np.array([])], [other, np.array([])])
    assert loss.mean == pytest.approx(0.2)
    assert math.isinf(loss.at_most)  # one object tells nothing of the others


def test_scales_without_a_common_object_cannot_be_compared():
    assert paired_loss([np.array([np.nan])], [np.array([0.5])]) is None
    assert paired_loss([], []) is None


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=2, max_size=30))
def test_a_scale_loses_nothing_against_itself(scores):
    loss = paired_loss([np.array(scores)], [np.array(scores)])
    assert (loss.mean, loss.at_most) == (0, 0)


@pytest.mark.parametrize(("n_images", "freedom"), [(4, 4), (5, 4)])
def test_below_five_images_it_is_the_objects_in_them_that_vary(n_images, freedom):
    """Each image loses 0.1 and 0.3 on its two objects, or that and 0.2 more.

    Four images: 4 x 1 degrees of freedom, variance 0.02 over 2 objects in each. Five: all
    have a mean of their own, and 5 - 1 degrees.
    """
    extra = np.array([0.0, 0.2, 0.0, 0.2, 0.1])[:n_images]
    losses = [np.array([0.1, 0.3]) + one for one in extra]
    loss = paired_loss([np.ones(2)] * n_images, [1 - one for one in losses])
    error = (
        math.sqrt(4 * 0.02 / 2) / 4
        if n_images == 4
        else np.std(0.2 + extra, ddof=1) / math.sqrt(5)
    )
    assert loss.mean == pytest.approx(0.2 + extra.mean())
    assert loss.at_most == pytest.approx(loss.mean + stats.t.ppf(0.95, freedom) * error)
