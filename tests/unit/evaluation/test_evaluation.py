"""Whole data sets with known errors in them: every number worked by hand."""

import pickle

import numpy as np
import pytest
import tifffile

from rescale4dl_core.errors import CancelledError, MetricError, ReadingError
from rescale4dl_core.evaluation.evaluation import evaluate_dataset, kind_of_dataset
from rescale4dl_core.evaluation.folders import find_pairs
from rescale4dl_core.evaluation.kind_of_maps import Kind
from rescale4dl_core.evaluation.own_metrics import MetricSource
from rescale4dl_core.measuring.measurement import Estimator


def _without(pixels, *labels):
    return np.where(np.isin(pixels, labels), 0, pixels)


@pytest.fixture
def three_samplings(write_dataset, squares):
    """Sixteen squares at three samplings; each prediction misses one object more."""
    coarse, fine = squares[::2, ::2], squares.repeat(2, axis=0).repeat(2, axis=1)
    return write_dataset(
        {
            "OG/GT/a.tif": squares,
            "OG/Prediction/a.tif": _without(squares, 1, 2),
            "downsampling_2/GT/a.tif": coarse,
            "downsampling_2/Prediction/a.tif": _without(coarse, 1, 2, 3),
            "upsampling_2/GT/a.tif": fine,
            "upsampling_2/Prediction/a.tif": _without(fine, 1),
        }
    )


def test_every_sampling_is_summarised(three_samplings):
    evaluation = evaluate_dataset(find_pairs(three_samplings))
    assert evaluation.kind.kind is Kind.INSTANCE
    assert not evaluation.problems
    by_name = {sampling.name: sampling for sampling in evaluation.samplings}
    assert list(by_name) == ["upsampling_2", "OG", "downsampling_2"]
    for name, side_px, n_missed in (
        ("upsampling_2", 16, 1),
        ("OG", 8, 2),
        ("downsampling_2", 4, 3),
    ):
        sampling = by_name[name]
        found = (16 - n_missed) / 16
        assert (sampling.n_images, sampling.n_objects, sampling.n_border) == (1, 16, 0)
        assert sampling.mean_area_px == side_px**2
        diameter_px = 2 * side_px / np.sqrt(np.pi)
        assert sampling.diameter_px == pytest.approx(diameter_px)
        assert sampling.prediction_diameter_px == pytest.approx(diameter_px)
        assert sampling.skeleton_diameter_px == pytest.approx(side_px)
        assert sampling.coverage_percent == pytest.approx(100 / diameter_px)
        assert sampling.iou == sampling.iou_instance == sampling.iou_per_object == found
        assert sampling.scores["iou_binary"] == sampling.scores["recall"] == found
        assert sampling.scores["seg"] == found
        assert sampling.scores["precision"] == 1
        assert sampling.scores["iou_semantic"] is None
        assert sampling.objects_per_fov_ceiling == pytest.approx(136**2 / side_px**2)
        assert sampling.objects_per_fov == pytest.approx(16 * 64 / side_px**2)
        assert sampling.iou_original_grid == found
        assert sampling.iou_ceiling == 1
        assert sampling.change_percent == pytest.approx(100 * (found * 16 / 14 - 1))


def test_results_are_plain_values_that_can_be_sent_to_another_process(three_samplings):
    (result, *_) = evaluate_dataset(find_pairs(three_samplings)).results
    again = pickle.loads(pickle.dumps(result))
    assert again.iou == result.iou
    assert again.pair == result.pair


class Elsewhere:
    """Scores pairs backwards, each as another process would receive it."""

    def map(self, work, items, progress):
        """Score and give back in the order of the items."""
        sent = [pickle.loads(pickle.dumps((work, item))) for item in reversed(items)]
        return reversed([work(item, progress=progress) for work, item in sent])


def test_pairs_may_be_scored_elsewhere_with_the_same_outcome(three_samplings):
    dataset = find_pairs(three_samplings)
    here = evaluate_dataset(dataset)
    there = evaluate_dataset(dataset, mapper=Elsewhere())
    assert there.samplings == here.samplings


def test_what_cannot_be_scored_is_told_and_the_rest_is_scored(write_dataset, squares):
    many = squares.astype(np.uint32) * 100_000
    folder = write_dataset(
        {
            "OG/GT/good.tif": squares,
            "OG/Prediction/good.tif": many,
            "OG/GT/missed.tif": squares,
            "OG/Prediction/missed.tif": np.zeros_like(squares),
            "OG/GT/cut.tif": squares,
            "OG/Prediction/cut.tif": squares[:-1],
            "OG/GT/broken.tif": squares,
            "OG/Prediction/broken.tif": squares,
            "OG/GT/mask.tif": squares,
            "OG/Prediction/mask.tif": 255 * (squares > 0).astype(np.uint8),
            "OG/GT/nothing.tif": np.zeros_like(squares),
            "OG/Prediction/nothing.tif": squares,
        }
    )
    (folder / "OG" / "Prediction" / "broken.tif").write_bytes(b"II*\x00" + b"\x01" * 40)
    evaluation = evaluate_dataset(find_pairs(folder))
    scored = {result.pair.file: result.iou for result in evaluation.results}
    assert scored.pop("good.tif") == 1
    assert scored.pop("missed.tif") == scored.pop("mask.tif") == 0
    assert np.isnan(scored.pop("nothing.tif"))
    assert not scored
    told = {problem.file: problem.sentence for problem in evaluation.problems}
    assert "prediction is empty" in told.pop("missed.tif")
    assert "135 x 136 px" in told.pop("cut.tif")
    assert "broken.tif" in told.pop("broken.tif")
    assert "single value 255" in told.pop("mask.tif")
    assert "ground truth is empty" in told.pop("nothing.tif")
    assert not told
    assert evaluation.samplings[0].iou == 1 / 3


def test_a_data_set_of_which_nothing_can_be_scored_is_refused(write_dataset, squares):
    folder = write_dataset({"OG/GT/a.tif": squares, "OG/Prediction/a.tif": squares[1:]})
    with pytest.raises(ReadingError, match=r"none of its 1 pairs.*135 x 136"):
        evaluate_dataset(find_pairs(folder))


def test_classes_are_scored_one_by_one(write_dataset, squares):
    truth = (squares > 0).astype(np.uint8)
    truth[squares > 8] = 3
    prediction = np.where(truth == 3, 1, truth)
    folder = write_dataset({"OG/GT/a.tif": truth, "OG/Prediction/a.tif": prediction})
    evaluation = evaluate_dataset(find_pairs(folder))
    assert evaluation.kind.kind is Kind.SEMANTIC
    (result,) = evaluation.results
    assert {value: score.iou for value, score in result.classes.items()} == {1: 0.5, 3: 0}
    (sampling,) = evaluation.samplings
    assert (sampling.scores["iou_semantic"], sampling.scores["iou_binary"]) == (0.25, 1)
    assert sampling.iou == sampling.iou_original_grid == 0.25
    assert sampling.iou_instance is sampling.scores["recall"] is None
    assert sampling.n_objects == 16
    assert any("touch count as one" in caution for caution in evaluation.cautions)


def test_masks_are_scored_as_one_area(write_dataset, squares):
    truth = np.where(squares > 0, 255, 0).astype(np.uint8)
    prediction = np.where(squares > 4, 1, 0).astype(bool)
    folder = write_dataset({"OG/GT/a.tif": truth, "OG/Prediction/a.tif": prediction})
    (sampling,) = evaluate_dataset(find_pairs(folder)).samplings
    assert sampling.iou == sampling.scores["iou_binary"] == 0.75
    assert sampling.iou_instance is sampling.scores["iou_semantic"] is None
    assert sampling.n_objects == 16


def test_pieces_that_touch_at_a_corner_are_one_object(write_dataset):
    mask = np.zeros((12, 12), np.uint8)
    mask[2:5, 2:5] = mask[5:8, 5:8] = 255
    folder = write_dataset({"OG/GT/a.tif": mask, "OG/Prediction/a.tif": mask})
    (sampling,) = evaluate_dataset(find_pairs(folder)).samplings
    assert (sampling.n_objects, sampling.mean_area_px) == (1, 18)


def test_one_object_found_as_a_mask_is_nothing_to_worry_about(write_dataset, squares):
    one = np.where(squares == 7, squares, 0)
    folder = write_dataset({"OG/GT/a.tif": one, "OG/Prediction/a.tif": one > 0})
    evaluation = evaluate_dataset(find_pairs(folder), kind=Kind.INSTANCE)
    assert evaluation.samplings[0].iou == 1
    assert not evaluation.problems


def test_the_kind_can_be_said(write_dataset, squares):
    folder = write_dataset({"OG/GT/a.tif": squares, "OG/Prediction/a.tif": squares})
    evaluation = evaluate_dataset(find_pairs(folder), kind=Kind.BINARY)
    assert evaluation.kind.reason == "Set by you."
    assert evaluation.results[0].object_scores is None


def test_the_estimator_can_be_said(three_samplings):
    evaluation = evaluate_dataset(find_pairs(three_samplings), estimator=Estimator.SKELETON)
    assert [sampling.diameter_px for sampling in evaluation.samplings] == [16, 8, 4]
    assert "Set by you" in evaluation.estimator_reason


def test_the_finest_sampling_decides_which_diameter(write_dataset, squares):
    """Rods of 3 x 24 px in the original, and squares where it is twice as coarse."""
    rods = np.zeros((136, 136), np.uint16)
    for number in range(20):
        row, column = 6 * number + 5, 30
        rods[row : row + 3, column : column + 24] = number + 1
    maps = {
        f"{sampling}/{side}/a.tif": pixels
        for side in ("GT", "Prediction")
        for sampling, pixels in (("OG", rods), ("downsampling_2", squares[::2, ::2]))
    }
    evaluation = evaluate_dataset(find_pairs(write_dataset(maps)))
    assert evaluation.estimator is Estimator.SKELETON


def test_without_the_original_nothing_is_compared_with_it(write_dataset, squares):
    maps = {f"downsampling_2/{side}/a.tif": squares for side in ("GT", "Prediction")}
    evaluation = evaluate_dataset(find_pairs(write_dataset(maps)))
    (sampling,) = evaluation.samplings
    assert sampling.change_percent is sampling.iou_original_grid is None
    assert sampling.objects_per_fov_ceiling == pytest.approx(4 * 136**2 / 64)
    assert any("no scored pair in OG" in caution for caution in evaluation.cautions)


def test_an_image_that_some_samplings_lack_is_named(three_samplings, squares):
    for side in ("GT", "Prediction"):
        tifffile.imwrite(three_samplings / "OG" / side / "extra.tif", squares)
    (caution,) = evaluate_dataset(find_pairs(three_samplings)).cautions
    assert "Not every sampling has extra, so samplings are compared over" in caution


def test_a_sampling_called_wrongly_is_scored_on_its_own_grid_only(write_dataset, squares):
    maps = {
        f"{sampling}/{side}/a.tif": squares
        for sampling in ("OG", "downsampling_2")
        for side in ("GT", "Prediction")
    }
    evaluation = evaluate_dataset(find_pairs(write_dataset(maps)))
    (problem,) = evaluation.problems
    assert "not scored on the original grid" in problem.sentence
    assert evaluation.samplings[1].iou == 1
    assert evaluation.samplings[1].iou_original_grid is None


def test_a_sampling_without_a_whole_object_has_scores_and_no_sizes(write_dataset):
    touching = np.zeros((40, 40), np.uint8)
    for number in range(20):
        touching[2 * number, :5] = number + 1
    folder = write_dataset({"OG/GT/a.tif": touching, "OG/Prediction/a.tif": touching})
    (sampling,) = evaluate_dataset(find_pairs(folder)).samplings
    assert (sampling.n_objects, sampling.n_border, sampling.iou) == (0, 20, 1)
    assert sampling.diameter_px is sampling.coverage_percent is None
    assert sampling.objects_per_fov is sampling.objects_per_fov_ceiling is None


def test_scores_of_the_user_are_averaged_and_their_faults_told(three_samplings, tmp_path):
    path = tmp_path / "lost.py"
    path.write_text(
        "import numpy as np\n"
        "def score(gt, prediction):\n"
        "    if gt.shape == (136, 136):\n"
        "        raise RuntimeError('not this one')\n"
        "    return {'lost': len(np.unique(gt)) - len(np.unique(prediction))}\n"
    )
    evaluation = evaluate_dataset(
        find_pairs(three_samplings), metrics=[MetricSource(str(path))]
    )
    lost = {sampling.name: sampling.custom for sampling in evaluation.samplings}
    assert lost == {"upsampling_2": {"lost": 1}, "OG": {}, "downsampling_2": {"lost": 3}}
    (problem,) = evaluation.problems
    assert (problem.sampling, problem.file) == ("OG", "a.tif")
    assert "lost.py failed: RuntimeError: not this one (line 4)" in problem.sentence


def test_a_score_of_the_user_is_the_mean_over_the_images(write_dataset, squares, tmp_path):
    path = tmp_path / "columns.py"
    path.write_text("def score(gt, prediction): return {'columns': gt.shape[1]}")
    narrow = squares[:, :104]
    maps = {
        f"OG/{side}/{name}.tif": pixels
        for side in ("GT", "Prediction")
        for name, pixels in (("a", narrow), ("b", squares))
    }
    metrics = [MetricSource(str(path))]
    evaluation = evaluate_dataset(find_pairs(write_dataset(maps)), metrics=metrics)
    assert evaluation.samplings[0].custom == {"columns": (104 + 136) / 2}


def test_a_score_that_cannot_be_loaded_stops_before_any_work(three_samplings, tmp_path):
    with pytest.raises(MetricError, match=r"gone\.py"):
        evaluate_dataset(
            find_pairs(three_samplings), metrics=[MetricSource(str(tmp_path / "gone.py"))]
        )


def test_progress_runs_to_the_end_and_can_stop_the_work(three_samplings):
    fractions = []
    evaluate_dataset(
        find_pairs(three_samplings), progress=lambda fraction, _: fractions.append(fraction)
    )
    assert fractions == sorted(fractions)
    assert (fractions[0], fractions[-1]) == (0, 1)

    def stop(fraction, message, /):
        if fraction > 0.3:
            raise CancelledError("stopped")

    with pytest.raises(CancelledError):
        evaluate_dataset(find_pairs(three_samplings), progress=stop)


def test_a_file_that_cannot_be_read_says_nothing_about_the_kind(write_dataset, squares):
    folder = write_dataset({"OG/GT/a.tif": squares, "OG/Prediction/a.tif": squares})
    (folder / "OG" / "GT" / "a.tif").write_bytes(b"no image")
    assert kind_of_dataset(find_pairs(folder)).kind is Kind.INSTANCE
