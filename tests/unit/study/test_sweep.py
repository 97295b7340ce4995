"""The sweep on squares of known size, found by a threshold."""

import numpy as np
import pytest

from rescale4dl_core.errors import CancelledError, MetricError, QuantityError
from rescale4dl_core.evaluation.kind_of_maps import Kind
from rescale4dl_core.evaluation.original_grid import on_original_grid
from rescale4dl_core.evaluation.own_metrics import MetricSource
from rescale4dl_core.evaluation.scores import SCORES
from rescale4dl_core.evaluation.summary import TAKEN_NAMES
from rescale4dl_core.quantities import RescaleFactor
from rescale4dl_core.reading.masks import read_labels
from rescale4dl_core.rescaling.series import rescale_labels
from rescale4dl_core.study.one_scale import truth_of
from rescale4dl_core.study.results import scale_fields, sweep_fields
from rescale4dl_core.study.scoring import object_ious
from rescale4dl_core.study.sweep import sweep

RATIOS = (0.5, 1.0, 2.0, 4.0)
DIAMETER_PX = 2 * np.sqrt(256 / np.pi)


def _factors(*ratios):
    return [RescaleFactor.of(ratio) for ratio in ratios]


@pytest.fixture
def run(squares, sample_of, network, threshold, measured):
    """Return a function that sweeps the squares, other arguments as given."""

    def sweep_squares(*ratios, samples=None, **options):
        samples = samples or [sample_of(squares)]
        measurement = options.pop("measurement", None) or measured(samples)
        options.setdefault("segmenter", threshold)
        factors = _factors(*(ratios or RATIOS))
        return sweep(samples, network, factors, measurement=measurement, **options)

    return sweep_squares


def test_squares_on_the_pixel_grid_survive_every_whole_factor(run):
    swept = run()
    assert [scale.ratio for scale in swept.scales] == list(RATIOS)
    for scale in swept.scales:
        assert scale.n_objects == 16
        assert scale.coverage_percent == pytest.approx(100 * scale.ratio / DIAMETER_PX)
        assert scale.pixel_size.mean_um == pytest.approx(0.1 * scale.ratio)
        assert scale.iou_ceiling == 1.0
        if scale.ratio >= 1:
            assert scale.own_grid.iou.mean == scale.sample_grid.iou.mean == 1.0
            assert scale.diameter_px == pytest.approx(DIAMETER_PX / scale.ratio)
    assert swept.complete
    assert swept.has_truth
    assert swept.reference_diameter_px == pytest.approx(DIAMETER_PX)


def test_objects_per_field_grow_with_the_area_of_the_field(run):
    scales = run(1.0, 2.0, fov_px=(256, 128)).scales
    assert scales[0].objects_per_fov == pytest.approx(32)  # 16 in 128 x 128 px
    assert scales[1].objects_per_fov == pytest.approx(4 * 32)


def test_a_missed_object_counts_nothing_and_a_made_up_one_is_no_true_object(
    run, threshold, answer_of
):
    def careless(image, network, *, progress):
        found = threshold(image, network, progress=progress).labels.pixels.copy()
        found[found <= 4] = 0
        found[0:4, 0:4] = 99
        return answer_of(found, network)

    (scale,) = run(1.0, segmenter=careless, with_stability=False).scales
    scores = scale.sample_grid
    assert scores.iou.mean == pytest.approx(12 / 16)
    assert scores.recall == pytest.approx(12 / 16)
    assert scores.scores["average_precision"] == pytest.approx(12 / 17)
    assert scores.scores["f1"] == pytest.approx(24 / 29)
    fields = scale_fields(scale)
    assert fields["ap50_sample_grid"] == fields["ap50_own_grid"] == pytest.approx(12 / 17)
    assert fields["precision_sample_grid"] == pytest.approx(12 / 13)
    assert fields["iou_sample_grid_low"] < 12 / 16 < fields["iou_sample_grid_high"]
    assert scores.scores["iou_binary"] == pytest.approx(12 * 256 / (16 * 256 + 16))
    assert scores.iou.low < scores.iou.mean < scores.iou.high
    assert (scale.n_objects, scale.n_border) == (12, 1)
    np.testing.assert_array_equal(scores.object_iou[0], [0] * 4 + [1] * 12)


def test_without_a_mask_scales_are_compared_by_stability(run, squares, sample_of, measured):
    sample = sample_of(squares, with_mask=False)
    swept = run(samples=[sample], measurement=measured([sample], [squares]))
    assert not swept.has_truth
    assert all(scale.own_grid is scale.iou_ceiling is None for scale in swept.scales)
    assert all(0.7 < scale.stability.mean <= 1 for scale in swept.scales)
    assert swept.best.stability.mean == max(s.stability.mean for s in swept.scales)


def test_where_nothing_is_found_every_score_is_zero_and_stability_unknown(run, blind):
    swept = run(segmenter=blind)
    for scale in swept.scales:
        assert scale.n_objects == 0
        assert scale.diameter_px is scale.stability is None
        assert scale.sample_grid.iou.mean == scale.sample_grid.recall == 0


def test_objects_of_an_implausible_size_have_no_stability(
    run, squares, sample_of, measured
):
    sample = sample_of(squares, with_mask=False)
    large = np.kron(squares.pixels[:32, :32], np.ones((4, 4), np.int32))
    measurement = measured([sample], [type(squares).parse(large, source="large")])
    (scale,) = run(1.0, samples=[sample], measurement=measurement).scales
    assert scale.stability is None
    assert scale.stability_parts.mirrored == 1.0
    assert "18.1 px across where 72.2 px were expected" in scale.notes[-1]


def test_both_neighbours_of_a_scale_count_alike_in_its_stability(run, threshold, blind):
    """At 2x the coarser neighbour finds the same; at the sample's, 128 px, nothing is."""

    def blind_on_the_sample(image, network, *, progress):
        segmenter = blind if image.shape == (128, 128) else threshold
        return segmenter(image, network, progress=progress)

    scales = run(1.0, 2.0, 4.0, segmenter=blind_on_the_sample).scales
    assert [scale.ratio for scale in scales] == [1, 2, 4]
    assert scales[1].stability_parts.neighbours == pytest.approx(1 / 2)
    assert scales[2].stability_parts.neighbours == 1


def test_stopping_keeps_the_scales_that_are_done(run):
    seen = []

    def stop_after_two(fraction, message, /):
        if len({scale.ratio for scale in seen}) == 2:
            raise CancelledError("stopped")

    swept = run(progress=stop_after_two, on_scale=seen.append)
    assert not swept.complete
    assert [scale.ratio for scale in swept.scales] == [2.0, 4.0]
    assert seen[0].ratio == 4.0


def test_stopping_before_the_first_scale_leaves_nothing(run):
    def stop(fraction, message, /):
        raise CancelledError("stopped")

    with pytest.raises(CancelledError):
        run(progress=stop)


def test_the_progress_rises_to_the_end(run):
    seen = []
    run(progress=lambda fraction, message, /: seen.append((fraction, message)))
    fractions = [fraction for fraction, _ in seen]
    assert fractions == sorted(fractions)
    assert fractions[0] >= 0
    assert 0.9 < fractions[-1] <= 1
    assert seen[0][1].startswith("4x coarser: ")


def test_a_scale_that_cannot_be_run_is_left_out_with_its_reason(run):
    swept = run(1.0, 200.0)
    assert [scale.ratio for scale in swept.scales] == [1.0]
    assert "200x coarser was left out." in swept.notes[0]
    with pytest.raises(QuantityError):
        run(200.0)


def test_images_of_other_pixel_sizes_meet_at_the_same_one(run, squares, sample_of):
    coarse = type(squares).parse(squares.pixels[::2, ::2], source="coarse")
    samples = [sample_of(squares, um=0.1), sample_of(coarse, um=0.2, name="other.tif")]
    swept = run(2.0, samples=samples, with_stability=False)
    (scale,) = swept.scales
    assert [labels.shape for labels in scale.labels] == [(64, 64), (64, 64)]
    assert scale.pixel_size.mean_um == pytest.approx(0.2)
    assert scale.sample_grid.iou.mean == 1.0


def test_scores_of_several_images_rest_on_those_with_a_mask(
    run, squares, sample_of, measured
):
    unseen = sample_of(squares, with_mask=False, name="b.tif")
    samples = [sample_of(squares), unseen]
    measurement = measured(samples, [squares, squares])
    swept = run(1.0, samples=samples, measurement=measurement)
    assert swept.notes == ("The scores rest on the 1 of 2 images with a mask.",)
    assert swept.scales[0].n_objects == 32
    assert len(swept.scales[0].sample_grid.object_iou) == 1


def test_the_same_sweep_twice_is_the_same(run):
    first, second = (
        [(s.stability, s.sample_grid.iou, s.own_grid.iou) for s in run().scales]
        for _ in range(2)
    )
    assert first == second


def test_the_ceiling_is_that_of_the_published_method(shared_data):
    """Round trips of real S. aureus labels against counting pixels one object at a time."""
    mask = read_labels(shared_data / "bacteria_saureus_sim_rescale4dl/labels/1.tif")
    truth = truth_of(mask)
    for ratio in (2, 4):
        factor = RescaleFactor.coarser(ratio)
        maps = on_original_grid(mask, rescale_labels(mask, factor), factor)
        expected = []
        for label in truth.object_labels:
            there = maps.round_trip.pixels == label
            here = maps.truth.pixels == label
            iou = (there & here).sum() / (there | here).sum()
            expected.append(iou if iou > 0.5 else 0.0)
        ours = object_ious(truth.object_labels, maps.truth, maps.round_trip)
        np.testing.assert_allclose(ours, expected)


def test_every_score_of_the_registry_stands_in_the_fields_of_a_sweep(run):
    """The squares are objects, so what needs classes is open."""
    (fields,) = sweep_fields(run(1.0, with_stability=False))["scales"]
    for score in SCORES:
        expected = None if score.kind is Kind.SEMANTIC else 1
        assert fields[f"{score.name}_sample_grid"] == expected
        assert fields[f"{score.name}_own_grid"] == expected
    assert fields["ap50_sample_grid"] == fields["average_precision_sample_grid"] == 1


def test_no_field_of_a_grid_is_free_for_a_score_of_the_user(run):
    (fields,) = sweep_fields(run(1.0, with_stability=False))["scales"]
    suffix = "_sample_grid"
    names = {name.removesuffix(suffix) for name in fields if name.endswith(suffix)}
    assert names <= TAKEN_NAMES


def test_a_score_of_the_user_is_taken_on_both_grids(run, tmp_path):
    """16 squares of 16 px: 4096 px of mask, a quarter of them twice as coarse."""
    path = tmp_path / "metric.py"
    path.write_text("def score(gt, prediction): return {'mask_px': (gt > 0).sum()}")
    swept = run(2.0, with_stability=False, metrics=[MetricSource(str(path))])
    (fields,) = sweep_fields(swept)["scales"]
    assert fields["mask_px_sample_grid"] == 16 * 256
    assert fields["mask_px_own_grid"] == 16 * 64


def test_without_a_mask_a_score_of_the_user_has_nothing_to_look_at(
    run, squares, sample_of, measured, tmp_path
):
    path = tmp_path / "metric.py"
    path.write_text("def score(gt, prediction): return {'mine': 1}")
    sample = sample_of(squares, with_mask=False)
    swept = run(
        1.0,
        samples=[sample],
        measurement=measured([sample], [squares]),
        metrics=[MetricSource(str(path))],
    )
    (fields,) = sweep_fields(swept)["scales"]
    assert fields["recall_sample_grid"] is None
    assert "mine_sample_grid" not in fields
    (note,) = swept.notes
    assert note.startswith("metric.py: not called, as no image has a mask")


def test_a_metric_that_fails_takes_nothing_from_the_other_scores(run, tmp_path):
    """It fails on the sample's grid of 128 px alone."""
    path = tmp_path / "metric.py"
    path.write_text(
        "def score(gt, prediction):\n"
        "    if len(gt) == 128:\n"
        "        raise ValueError('too large')\n"
        "    return {'rows': len(gt)}\n"
    )
    swept = run(1.0, 2.0, with_stability=False, metrics=[MetricSource(str(path))])
    assert swept.notes == ("metric.py failed: ValueError: too large (line 3). Correct it.",)
    whole, half = sweep_fields(swept)["scales"]
    assert whole["recall_sample_grid"] == half["recall_sample_grid"] == 1
    assert half["rows_own_grid"] == 64
    assert whole["rows_own_grid"] is None
    assert "rows_sample_grid" not in half


def test_a_metric_that_cannot_be_loaded_is_told_before_the_work_begins(run, tmp_path):
    with pytest.raises(MetricError, match=r"nowhere\.py with your metric is not there"):
        run(1.0, metrics=[MetricSource(str(tmp_path / "nowhere.py"))])
