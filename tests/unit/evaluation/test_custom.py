"""A user's own score: loaded, run, and every fault told by file name."""

import importlib.metadata

import numpy as np
import pytest

from rescale4dl_core.errors import MetricError
from rescale4dl_core.evaluation.own_metrics import (
    MetricSource,
    all_custom_scores,
    custom_scores,
    installed_metrics,
)
from rescale4dl_core.evaluation.summary import TAKEN_NAMES
from rescale4dl_core.labels import Labels

TRUTH = Labels.parse(np.array([[0, 1, 2]]), source="truth")
PREDICTION = Labels.parse(np.array([[0, 1, 0]]), source="prediction")


@pytest.fixture
def scores(tmp_path):
    """Write a metric file and run it on one pair."""

    def run(text):
        path = tmp_path / "my_metric.py"
        path.write_text(text)
        return custom_scores(MetricSource(str(path)), TRUTH, PREDICTION, taken=TAKEN_NAMES)

    return run


def test_the_function_gets_both_images_and_its_numbers_come_back(scores):
    text = """
import numpy as np

def score(gt, prediction):
    return {"labels_lost": np.int64(gt.max() - prediction.max()), "nothing": 0 * np.inf}
"""
    found = scores(text)
    assert found["labels_lost"] == 1.0
    assert np.isnan(found["nothing"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("def score(gt, prediction)\n    pass", r"my_metric\.py cannot be run.*line 1"),
        ("import no_such_package", r"cannot be run: ModuleNotFoundError.*line 1"),
        ("def skore(gt, prediction): ...", r"has no function called score"),
        ("def score(gt, prediction):\n    return 1 / 0", r"ZeroDivisionError.*line 2"),
        ("def score(gt): ...", r"my_metric\.py failed: TypeError"),
        ("def score(gt, prediction): gt[0] = 1", r"read-only"),
        ("def score(gt, prediction): return 0.5", r"returned float, not one number per"),
        ("def score(gt, prediction): return {'x': 'high'}", r"'high' for x.*no number"),
        ("def score(gt, prediction): return {'x y': 1}", r"calls a score 'x y'.*Rename"),
        ("def score(gt, prediction): return {'recall': 1}", r"built-in.*my_recall"),
    ],
)
def test_a_fault_in_the_users_code_is_told_by_file_and_sentence(scores, text, words):
    with pytest.raises(MetricError, match=words) as caught:
        scores(text)
    assert "my_metric.py" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_function_that_fails_takes_nothing_from_the_others(tmp_path):
    sources = []
    for name, text in (("one", "{'one': 1}"), ("bad", "1 / 0"), ("two", "{'two': 2}")):
        path = tmp_path / f"{name}.py"
        path.write_text(f"def score(gt, prediction): return {text}")
        sources.append(MetricSource(str(path)))
    found, problems = all_custom_scores(sources, TRUTH, PREDICTION, taken=TAKEN_NAMES)
    assert found == {"one": 1, "two": 2}
    (problem,) = problems
    assert problem.startswith("bad.py failed: ZeroDivisionError")


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(MetricError, match=r"nowhere\.py with your metric is not there"):
        MetricSource(str(tmp_path / "nowhere.py")).load()


def test_installed_packages_offer_functions_under_an_entry_point(monkeypatch):
    offered = importlib.metadata.EntryPoint(
        name="lengths", value="builtins:len", group="rescale4dl.metrics"
    )

    def entry_points(group, name=None):
        assert group == "rescale4dl.metrics"
        return [offered] if name in (None, "lengths") else []

    monkeypatch.setattr(importlib.metadata, "entry_points", entry_points)
    (source,) = installed_metrics()
    assert source.load() is len
    with pytest.raises(MetricError, match=r"metric widths of rescale4dl\.metrics"):
        MetricSource("widths", is_file=False).load()


def test_no_package_here_offers_a_score():
    assert installed_metrics() == ()


def test_names_of_tables_are_taken():
    assert {"iou", "recall", "sampling", "sizes"} <= TAKEN_NAMES
