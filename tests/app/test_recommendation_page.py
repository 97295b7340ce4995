"""The recommendation page: question, answer, reasons, files."""

import json

import numpy as np
import pytest

from pages._ui.shared.downloads import json_file
from rescale4dl_core.advice.coverage_rule import Purpose
from rescale4dl_core.advice.recommendation import recommendation_fields
from rescale4dl_core.cli import main
from rescale4dl_core.demo.sample import demo_sample
from rescale4dl_core.measuring.dataset import MeasuredImage, summarise
from rescale4dl_core.measuring.objects import measure_objects
from rescale4dl_core.session.advising import advise_session
from rescale4dl_core.session.model import Entry, Session
from rescale4dl_core.window import PUBLISHED_WINDOW

PAGE = "pages/recommendation.py"


@pytest.fixture
def page(app):
    app.run()
    app.switch_page(PAGE).run()
    assert not app.exception
    return app


def _words(app):
    elements = (*app.markdown, *app.subheader, *app.caption)
    return " ".join(element.value for element in elements).replace("\\", "")


def _metrics(app):
    return {metric.label: metric.value for metric in app.metric}


def test_it_asks_first_what_the_images_are_for(page):
    assert page.radio[0].label == "What are the images for?"
    assert page.radio(key="choice_purpose").options == [
        "Counting and finding objects",
        "Measuring size and shape",
        "Structure inside the cells",
    ]


def test_the_demo_is_to_be_taken_coarser_with_reasons_and_cautions(page):
    assert page.subheader[0].value.startswith("Acquire at 0")
    spans = f"{PUBLISHED_WINDOW.target_percent:.3g} %"
    assert _metrics(page)["One pixel spans"] == spans
    for heading in ("Why", "What it gains", "What to watch"):
        assert heading in [subheader.value for subheader in page.subheader]
    assert "How sure: moderate" in _words(page)


def test_measuring_sizes_asks_for_finer_pixels_than_counting(page):
    counting = float(_metrics(page)["Pixel size"].split()[0])
    page.radio(key="choice_purpose").set_value(Purpose.SIZE).run()
    assert not page.exception
    assert float(_metrics(page)["Pixel size"].split()[0]) < counting


def test_structure_waits_for_the_objective_and_then_follows_nyquist(page):
    page.radio(key="choice_purpose").set_value(Purpose.STRUCTURE).run()
    assert not page.exception
    assert not page.metric
    assert "Type in the numerical aperture" in _words(page)
    page.number_input(key="choice_numerical_aperture").set_value(0.65).run()
    assert _metrics(page)["Pixel size"] == "0.2 µm"  # 520 nm / (4 x 0.65), as taken
    assert "Coverage" in _words(page)
    assert "is not the criterion" in _words(page)


def test_an_impossible_lens_is_explained_and_nothing_is_recommended(page):
    page.number_input(key="choice_numerical_aperture").set_value(1.4).run()
    assert not page.exception
    assert "Check the immersion" in page.error[0].value
    assert not page.metric
    page.number_input(key="choice_immersion_index").set_value(1.515).run()
    assert not page.error
    assert page.metric


def test_the_answer_to_the_question_survives_a_change_of_page(page):
    page.radio(key="choice_purpose").set_value(Purpose.SIZE).run()
    page.switch_page("pages/sample.py").run()
    page.switch_page(PAGE).run()
    assert page.radio(key="choice_purpose").value is Purpose.SIZE


def test_an_unknown_pixel_size_gives_ratios_and_a_field_to_type_it_in(
    app, upload, disks, as_tiff, find
):
    labels, image = disks
    upload([("cells.tif", as_tiff(image))], [("cells_mask.tif", as_tiff(labels))])
    app.switch_page(PAGE).run()
    assert not app.exception
    diameter_px = np.sqrt(4 / np.pi * np.mean(labels == 1) * labels.size)
    ratio = diameter_px * PUBLISHED_WINDOW.target_percent / 100
    assert _metrics(app)["Pixel size"] == f"{ratio:.3g}x"
    assert any("Type the pixel size in" in warning.value for warning in app.warning)
    find(app.number_input, "choice_pixel_y").set_value(0.5)
    find(app.button, "use_pixel_size").click().run()
    assert not app.exception
    assert _metrics(app)["Pixel size"] == f"{0.5 * ratio:.3g} µm"


def test_several_images_are_listed_and_count_the_same(app, upload, disks, as_tiff):
    labels, image = disks
    few = np.where(labels <= 2, labels, 0)
    upload(
        [("a.tif", as_tiff(image, 0.5)), ("b.tif", as_tiff(image, 0.5))],
        [("a_mask.tif", as_tiff(labels)), ("b_mask.tif", as_tiff(few))],
    )
    app.switch_page(PAGE).run()
    assert not app.exception
    assert "Your 2 images" in [subheader.value for subheader in app.subheader]
    table = app.dataframe[0].value
    assert table["name"].tolist() == ["a.tif", "b.tif"]
    assert table["n_objects"].tolist() == [16, 2]
    assert "Eq. 2" in _words(app)


def test_images_without_objects_are_explained(app, in_session):
    in_session(np.zeros((64, 64), np.int32))
    app.switch_page(PAGE).run()
    assert not app.exception
    assert app.error
    assert not app.metric


def test_thousands_of_objects_are_no_burden(app, in_session):
    rows, columns = np.mgrid[:1600, :1600]
    inside = (rows % 20 >= 4) & (columns % 20 >= 4)
    in_session(((rows // 20 * 80 + columns // 20 + 1) * inside).astype(np.int32))
    app.switch_page(PAGE).run()
    assert not app.exception
    assert "6,241 objects" in _words(app)  # 80 x 80, one row and column at the border


def test_the_json_has_the_fields_of_the_command_line(capsys):
    assert main(["recommend", "demo", "--no-sweep", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    sample = demo_sample()
    table = measure_objects(sample.labels)
    size = sample.image.pixel_size
    measured = summarise([MeasuredImage("demo", table, sample.image.shape, size)])
    advice = advise_session(measured, Session((Entry(sample, is_demo=True),)))
    assert printed.pop("effective_objects_per_hour") is None  # no network, no recall
    assert json.loads(json_file("a.json", recommendation_fields(advice)).content) == printed
