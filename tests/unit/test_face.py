"""What `import rescale4dl_core` hands out, and that it does so at once."""

import doctest
import subprocess
import sys

import numpy as np
import pytest

import rescale4dl_core as r4

NAMES = {
    *("Camera", "FieldTiming", "Image", "Labels", "Objective", "PixelSize"),
    *("RescaleError", "Sample", "Session", "demo_sample", "evaluate", "load_session"),
    *("measure", "networks", "open_network", "plan", "read_image", "read_labels"),
    *("recommend", "rescale", "save_session", "segment", "simulate", "sweep"),
    "throughput",
}
STEPS = sorted(name for name in NAMES if name[0].islower())


def test_the_face_has_exactly_these_names():
    assert set(r4.__all__) == NAMES
    assert len(r4.__all__) == len(NAMES) <= 25
    assert set(dir(r4)) >= NAMES
    for name in NAMES:
        assert getattr(r4, name).__doc__


def test_every_function_is_shown_at_work():
    """The examples themselves run with the suite, as every doctest does."""
    finder = doctest.DocTestFinder(recurse=False)
    for name in STEPS:
        (found,) = finder.find(getattr(r4, name), name, globs={})
        assert found.examples, name


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
    assert r4.measure(squares, shape="elongated").diameter_px == pytest.approx(10)


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


def test_advice_is_planned_with_its_own_objects():
    advice = r4.recommend(r4.demo_sample())
    ranking = r4.plan(advice, n_wells=6)
    assert ranking.goal.diameter_um == pytest.approx(advice.measurement.diameter_um)
    assert ranking.goal.n_wells == 6
    assert len(ranking) > 1000


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
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(call, words):
    with pytest.raises(r4.RescaleError, match=words):
        call()


def test_a_session_is_saved_and_opened_by_the_same_names(squares):
    sample = r4.demo_sample()
    from rescale4dl_core.session.model import Entry

    session = r4.load_session(r4.save_session(r4.Session((Entry(sample),))))
    np.testing.assert_array_equal(session.entry.sample.labels.pixels, sample.labels.pixels)
