"""How a training went: means of the loss, and the scores in between."""

import pytest

from rescale4dl_core.charts.training_curves import MOST_POINTS, loss_chart, validation_chart


def test_a_long_loss_is_drawn_as_means_of_equal_stretches(rows_of):
    rows = rows_of(loss_chart([2.0, 4.0] * MOST_POINTS), "loss")
    assert len(rows) == MOST_POINTS
    assert {row["loss"] for row in rows} == {3.0}
    assert rows[-1]["step"] == 2 * MOST_POINTS


def test_scores_stand_at_their_steps(rows_of, words_of):
    chart = validation_chart({"AP": [(10, 0.5), (20, 0.75)], "IoU": [(10, 0.25)]})
    rows = rows_of(chart, "kind")
    assert [(row["kind"], row["step"], row["score"]) for row in rows] == [
        ("AP", 10, 0.5),
        ("AP", 20, 0.75),
        ("IoU", 10, 0.25),
    ]
    assert all(word in words_of(chart) for word in ("AP", "IoU", "Step"))


def test_a_short_loss_is_drawn_step_by_step(rows_of):
    rows = rows_of(loss_chart([3.0, 1.0]), "loss")
    assert [row["loss"] for row in rows] == [pytest.approx(3.0), pytest.approx(1.0)]
