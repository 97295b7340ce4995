"""Scores on a part of a field: what the cut itself has spoilt does not count."""

import numpy as np
import pytest

from rescale4dl_core.training.recipe import Folder, Side
from rescale4dl_core.training.validation import image_score


@pytest.fixture
def part():
    """Return a field cut at its left side: one object reaches over it, one does not."""
    truth = np.zeros((12, 14), np.int32)
    truth[1:5, 0:4] = 1
    truth[6:10, 6:12] = 2
    return truth


def test_a_region_cuts_the_field_where_it_ends_before_it():
    assert Folder("f", region=(0.0, 0.6, 1.0, 1.0)).cut_sides == (Side.LEFT,)
    assert Folder("f", region=(0.1, 0.0, 0.9, 0.5)).cut_sides == (
        Side.TOP,
        Side.BOTTOM,
        Side.RIGHT,
    )
    assert Folder("f").cut_sides == ()


def test_missing_a_cut_object_costs_nothing(part):
    prediction = np.where(part == 2, part, 0)
    assert image_score("a", part, prediction).ap50 == 0.5
    score = image_score("a", part, prediction, (Side.LEFT,))
    assert (score.ap50, score.mean_iou, score.n_objects) == (1, 1, 1)


def test_finding_a_cut_object_is_no_mistake_even_away_from_the_cut(part):
    prediction = part.copy()
    prediction[:, :2] = 0  # found, but not up to the cutting line
    score = image_score("a", part, prediction, (Side.LEFT,))
    assert (score.ap50, score.n_objects) == (1, 1)


def test_an_object_that_touches_another_side_counts(part):
    nothing = np.zeros_like(part)
    assert image_score("a", part, nothing, (Side.RIGHT,)).n_objects == 2
    assert image_score("a", part, nothing, (Side.LEFT,)).ap50 == 0


def test_inventing_an_object_off_the_cut_is_still_a_mistake(part):
    prediction = part.copy()
    prediction[0:3, 9:13] = 3
    assert image_score("a", part, prediction, (Side.LEFT,)).ap50 == 0.5


def test_pixels_of_cut_objects_count_for_the_foreground(part):
    prediction = np.where(part == 2, part, 0)
    score = image_score("a", part, prediction, (Side.LEFT,))
    assert score.foreground_iou == pytest.approx(24 / 40)


def test_the_card_says_which_part_of_the_field_was_kept_for_the_test():
    from rescale4dl_core.training.produce import _split_in_words

    part_of_field = _split_in_words(Folder("f", region=(0.0, 0.6, 1.0, 1.0)))
    assert "never trained on (top 0 %, left 60 %, bottom 100 %" in part_of_field
    assert "cut by its line do not count" in part_of_field
    assert _split_in_words(Folder("f", rows="test")) == (
        "rows 'test' of split.csv, never trained on"
    )
