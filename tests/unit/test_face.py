"""What `import rescale4dl_core` hands out, and that it does so at once."""

import doctest
import inspect
import subprocess
import sys

import numpy as np
import pytest

import rescale4dl_core as r4
from rescale4dl_core.writing.image_tiff import write_image_tiff, write_labels_tiff

NAMES = {
    *("Camera", "FieldTiming", "Image", "Labels", "Objective", "PixelSize"),
    *("RescaleError", "Sample", "Session", "demo_sample", "evaluate", "load_session"),
    *("measure", "networks", "open_network", "plan", "read_image", "read_labels"),
    *("recommend", "rescale", "save_session", "segment", "simulate", "sweep"),
    "throughput",
}


def test_the_face_has_exactly_these_names():
    assert set(r4.__all__) == NAMES
    assert len(r4.__all__) == len(NAMES) <= 25
    assert set(dir(r4)) >= NAMES
    for name in NAMES:
        assert getattr(r4, name).__doc__


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_name_is_shown_at_work(name):
    """The examples themselves run with the suite, as every doctest does."""
    finder = doctest.DocTestFinder(recurse=False)
    (found,) = finder.find(getattr(r4, name), name, globs={})
    assert found.examples
    assert "Examples\n" in inspect.cleandoc(getattr(r4, name).__doc__)


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = r4.nothing


def test_no_part_of_the_package_takes_the_place_of_a_name():
    """Importing a package sets an attribute of its parent: none may be called like one."""
    code = (
        "import pkgutil, rescale4dl_core as r4\n"
        "parts = {part.name for part in pkgutil.iter_modules(r4.__path__)}\n"
        "print(*(parts & set(r4.__all__)))"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    assert said.stdout.split() == []


def test_importing_it_loads_nothing_that_takes_time():
    code = "import sys, rescale4dl_core; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout.split()
    assert not {"numpy", "scipy", "skimage", "streamlit", "onnxruntime"} & set(loaded)
    own = {name for name in loaded if name.startswith("rescale4dl_core")}
    assert own == {"rescale4dl_core", "rescale4dl_core.version"}


@pytest.fixture
def squares():
    """16 squares of 10 x 10 px, 30 px apart: their circle is 11.28 px across."""
    labels = np.zeros((120, 120), np.int32)
    for i in range(16):
        row, column = divmod(i, 4)
        labels[30 * row + 8 : 30 * row + 18, 30 * column + 8 : 30 * column + 18] = i + 1
    return labels


def test_arrays_are_measured_with_the_pixel_size_that_is_given(squares):
    diameter_px = 2 * np.sqrt(100 / np.pi)
    found = r4.measure(squares, pixel_size_um=0.5)
    assert (found.n_objects, found.diameter_px) == (16, pytest.approx(diameter_px))
    assert found.diameter_um == pytest.approx(diameter_px / 2)
    both = r4.measure(squares, squares[:60])
    assert both.n_images == 2
    assert both.diameter_um is None
    assert r4.measure([squares, squares]).n_objects == 32
    assert r4.measure(squares, np.zeros_like(squares)).n_objects == 16
    assert r4.measure(squares, shape="elongated").diameter_px == pytest.approx(10)


@pytest.mark.parametrize("mask", [lambda a: a > 0, lambda a: np.uint8(255) * (a > 0)])
def test_a_mask_of_one_value_is_split_as_a_file_of_it_is(squares, mask):
    assert r4.measure(mask(squares)).n_objects == 16


def test_files_stand_for_what_they_hold(squares, tmp_path):
    image, labels = tmp_path / "cells.tif", tmp_path / "mask.tif"
    half_um = r4.PixelSize.square(0.5)
    write_image_tiff(image, np.float32(100) * (squares > 0), half_um)
    write_labels_tiff(labels, r4.read_labels(squares), half_um)
    assert r4.measure(labels).diameter_um == pytest.approx(np.sqrt(100 / np.pi))
    advice = r4.recommend(str(image), labels)
    assert advice.measurement.n_objects == 16
    assert advice.pixel_size_um == pytest.approx(0.5)


def test_an_image_and_its_labels_are_put_together(squares):
    """Each square of 10 px is one of 5 px with pixels twice as large."""
    image = r4.read_image(squares * 1.0, pixel_size_um=0.5)
    coarse = r4.rescale(r4.Sample.of(image, r4.read_labels(squares)), 2)
    found = r4.measure(coarse)
    assert (found.n_objects, found.mean_area_px) == (16, pytest.approx(25))
    assert coarse.image.pixel_size == r4.PixelSize.square(1.0)


def test_arrays_are_recommended_for(squares):
    """11.28 px are 8.86 %, within √2 of the target of 8 %: keep what you have."""
    advice = r4.recommend(100.0 * (squares > 0), squares)
    assert advice.ratio == 1
    assert advice.pixel_size_um is None
    with_size = r4.recommend(r4.read_image(squares * 1.0, pixel_size_um=0.2), squares)
    assert with_size.pixel_size_um == pytest.approx(0.2)


def test_several_images_count_together(squares):
    images = [100.0 * (squares > 0), 50.0 * (squares > 0)]
    advice = r4.recommend(images, [squares, squares])
    assert advice.measurement.n_objects == 32
    with pytest.raises(r4.RescaleError, match="2 images and 1 label images"):
        r4.recommend(images, squares)


def test_what_is_measured_is_recommended_for():
    sample = r4.demo_sample()
    from_sizes = r4.recommend(r4.measure(sample), purpose="size")
    from_sample = r4.recommend(sample, purpose="size")
    assert (from_sizes.ratio, from_sizes.purpose) == (from_sample.ratio, "size")
    assert r4.recommend(sample, shape="elongated").measurement.estimator == "skeleton"


@pytest.fixture(scope="module")
def swept():
    """At 8 only: run again at all scales, a finer one would win."""
    return r4.sweep(r4.demo_sample(), model="unet-nuclei-fluo", ratios=[8])


def test_a_sweep_is_not_run_again(swept):
    sample = r4.demo_sample()
    for images in (sample, r4.measure(sample)):
        advice = r4.recommend(images, sweep=swept)
        assert (advice.network, advice.ratio) == ("unet-nuclei-fluo", 8)


def test_a_sweep_of_something_else_is_refused(swept):
    sample = r4.demo_sample()
    with pytest.raises(r4.RescaleError, match=r"on 1 image\(s\).* on 2\. Sweep the same"):
        r4.recommend([sample, sample], sweep=swept)
    with pytest.raises(r4.RescaleError, match="question is about unet-cocci-fluo"):
        r4.recommend(r4.measure(sample), model="unet-cocci-fluo", sweep=swept)
    with pytest.raises(r4.RescaleError, match="no pixels to run a network on"):
        r4.recommend(r4.measure(sample), model="unet-nuclei-fluo")


def test_what_a_network_found_gives_sizes_and_is_no_truth():
    image = r4.rescale(r4.demo_sample().image, 4)
    found = r4.segment(image, "unet-nuclei-fluo")
    measured = r4.measure(found)
    assert measured.n_objects + measured.n_border == found.n_objects
    advice = r4.recommend(image, found)
    assert any("not of a checked mask" in caution for caution in advice.cautions)
    swept = r4.sweep(image, found, model="unet-nuclei-fluo", ratios=[1], stability=False)
    assert not swept.has_truth
    with pytest.raises(r4.RescaleError, match="1 of 2 labels were found by a network"):
        r4.recommend([image, image], [found, found.labels])


def test_scores_of_ones_own_count_in_both(tmp_path, monkeypatch):
    """One of a file: the rows of the mask; and one that a package offers."""
    own = tmp_path / "rows.py"
    own.write_text("def score(gt, prediction):\n    return {'rows': len(gt)}\n")
    site, told = tmp_path / "site", tmp_path / "site" / "one_score-1.dist-info"
    told.mkdir(parents=True)
    (site / "one_score.py").write_text(
        "def score(gt, prediction):\n    return {'ones': 1}\n"
    )
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: one-score\nVersion: 1\n")
    (told / "entry_points.txt").write_text("[rescale4dl.metrics]\nones = one_score:score\n")
    monkeypatch.syspath_prepend(site)
    sample = r4.rescale(r4.demo_sample(), 4)
    (scale,) = r4.sweep(sample, model="unet-nuclei-fluo", ratios=[1], metrics=[own]).scales
    for part in ("GT", "Prediction"):
        (tmp_path / "set" / "OG" / part).mkdir(parents=True)
        path = tmp_path / "set" / "OG" / part / "a.tif"
        write_labels_tiff(path, sample.labels, sample.image.pixel_size)
    (original,) = r4.evaluate(tmp_path / "set", metrics=[own]).samplings
    for scores in (scale.sample_grid.scores, original.custom):
        assert (scores["rows"], scores["ones"]) == (128, 1)


def test_advice_is_planned_with_its_own_objects():
    advice = r4.recommend(r4.demo_sample())
    ranking = r4.plan(advice, n_wells=6)
    assert ranking.goal.diameter_um == pytest.approx(advice.measurement.diameter_um)
    assert ranking.goal.n_wells == 6
    assert not ranking.goal.for_structure
    assert len(ranking) > 1000
    of_sizes = r4.plan(advice.measurement, n_wells=6)
    assert of_sizes.goal == ranking.goal


def test_advice_for_structure_is_planned_for_structure():
    advice = r4.recommend(r4.demo_sample(), purpose="structure", numerical_aperture=0.75)
    ranking = r4.plan(advice, emission_nm=700.0)
    assert ranking.goal.for_structure
    assert ranking.goal.light.emission_nm == 700


def test_advice_brings_its_tolerance_along(swept):
    advice = r4.recommend(r4.demo_sample(), sweep=swept, tolerance_percent=12.0)
    assert r4.plan(advice).goal.tolerance_percent == 12


def test_a_point_scanner_does_not_bin_unless_it_is_told_to():
    scanner = {"modality": "point_scanner", "cameras": [r4.Camera("scan", 20, 512, 512)]}
    for binnings, expected in (((), {1}), ((2,), {2})):
        ranking = r4.plan(10.0, binnings=binnings, **scanner)
        options = ranking.top(len(ranking))
        assert {one.configuration.binning for one in options} == expected


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: r4.rescale(np.ones((4, 4)), 2), "read_image or read_labels first"),
        (lambda: r4.rescale(r4.demo_sample(), 2, binning="max"), "'mean', 'sum' was"),
        (lambda: r4.recommend(r4.demo_sample(), purpose="fun"), "'counting', 'size'"),
        (lambda: r4.plan(10.0, modality="magic"), "'widefield', 'transmitted'"),
        (lambda: r4.measure(np.ones((4, 4), int), shape="cube"), "'auto', 'round'"),
        (lambda: r4.segment(r4.demo_sample(), "nobody"), "There is no network 'nobody'"),
        (lambda: r4.evaluate("nowhere"), "nowhere"),
        (lambda: r4.read_image("nowhere.tif"), r"nowhere\.tif"),
        (lambda: r4.recommend("nowhere.tif"), r"nowhere\.tif"),
        (lambda: r4.read_image([[1, 2], [3, 4]]), "list was given where an Image"),
        (lambda: r4.recommend(None), "NoneType was given where an Image"),
        (lambda: r4.measure(r4.demo_sample().image), "Image was given where Labels"),
        (lambda: r4.plan(None), r"in µm is not known\..*give pixel_size_um"),
        (lambda: r4.Session.of(), "at least one sample, and none was given"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(call, words):
    with pytest.raises(r4.RescaleError, match=words):
        call()


def test_a_session_is_saved_and_opened_by_the_same_names():
    sample = r4.demo_sample()
    session = r4.load_session(r4.save_session(r4.Session.of(sample, sample)))
    assert len(session.samples) == 2
    np.testing.assert_array_equal(session.samples[0].labels.pixels, sample.labels.pixels)
