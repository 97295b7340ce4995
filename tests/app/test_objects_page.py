"""The Objects page: where outlines come from, what is measured, and what is refused."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from rescale4dl_core.segmentation.threshold import Threshold
from rescale4dl_core.session.choices import ObjectSource

OBJECTS = "pages/objects.py"


@pytest.fixture
def opened(app, upload, disks, as_tiff):
    """Open sixteen disks of 20 px with their mask, 0.5 µm per pixel, on the page."""
    labels, image = disks
    upload([("cells.tif", as_tiff(image, 0.5))], [("cells_mask.tif", as_tiff(labels))])
    return app.switch_page(OBJECTS).run()


def metrics(app):
    return {metric.label: metric.value for metric in app.metric}


def number(text):
    return float(text.split()[0])


def choose(app, find, source):
    find(app.radio, "choice_object_source").set_value(source).run()
    assert not app.exception


def test_the_mask_is_measured(opened):
    found = metrics(opened)
    assert found["Objects measured"] == "16"
    assert float(found["Mean diameter"].removesuffix(" µm")) == pytest.approx(10, rel=0.02)
    assert float(found["One pixel now spans"].removesuffix(" %")) == pytest.approx(
        5, rel=0.02
    )


def test_the_same_objects_are_found_by_brightness(opened, find):
    choose(opened, find, ObjectSource.SEGMENTED)
    found = metrics(opened)
    assert found["Objects measured"] == "16"
    assert number(found["Mean diameter"]) == pytest.approx(10, rel=0.1)


def test_the_outlines_follow_a_setting_and_it_survives_a_change_of_page(opened, find):
    choose(opened, find, ObjectSource.SEGMENTED)
    find(opened.slider, "choice_smallest").set_value(30.0).run()
    assert "no object" in opened.error[0].value
    assert not opened.metric
    opened.switch_page("pages/sample.py").run()
    opened.switch_page(OBJECTS).run()
    assert find(opened.slider, "choice_smallest").value == 30.0
    assert find(opened.radio, "choice_object_source").value is ObjectSource.SEGMENTED
    opened.button(key="suggest").click().run()
    assert not opened.error
    assert metrics(opened)["Objects measured"] == "16"


def test_a_typed_threshold_is_used(opened, find):
    choose(opened, find, ObjectSource.SEGMENTED)
    find(opened.selectbox, "choice_threshold").set_value(Threshold.MANUAL).run()
    find(opened.number_input, "choice_manual_level").set_value(5000.0).run()
    assert "no object" in opened.error[0].value
    find(opened.number_input, "choice_manual_level").set_value(600.0).run()
    assert metrics(opened)["Objects measured"] == "16"


def test_the_diameter_that_counts_can_be_overridden(opened):
    opened.selectbox(key="choice_estimator").set_value("skeleton").run()
    captions = " ".join(caption.value for caption in opened.caption)
    assert "Chosen by you" in captions
    (counting,) = [m.value for m in opened.markdown if "counts**" in m.value]
    assert counting.startswith("**Width")
    opened.switch_page("pages/sample.py").run()
    opened.switch_page(OBJECTS).run()
    assert opened.selectbox(key="choice_estimator").value == "skeleton"


def test_the_table_has_a_row_per_object(opened):
    (table,) = [frame.value for frame in opened.dataframe]
    assert len(table) == 16
    np.testing.assert_allclose(table["equivalent_diameter_um"], 10, rtol=0.02)


def test_nothing_drawn_yet_says_what_to_do(opened, find):
    choose(opened, find, ObjectSource.DRAWN)
    assert "No diameter has been drawn yet" in opened.error[0].value


def clicks():
    """Take the clicks of the session on a picture shown at 256 x 256."""
    import streamlit as st

    from pages._ui.objects import draw_diameters, take_click
    from pages._ui.shared.state import current_session

    for row, column in st.session_state.pop("clicks", []):
        take_click(row, column, 256, 256)
    draw_diameters(current_session().entry)


@pytest.fixture
def clicked():
    """Return a page, and a function that clicks on its picture of the demo (512 px)."""
    page = AppTest.from_function(clicks, default_timeout=60).run()

    def click(*points):
        page.session_state["clicks"] = list(points)
        page.run()
        return page.session_state["session"].entry.drawn

    return page, click


def test_two_clicks_make_a_diameter(clicked):
    _, click = clicked
    (line,) = click((50, 10), (50, 40), (80, 80))
    assert (line.start_row_px, line.start_column_px) == pytest.approx((99.5, 19.5))
    assert line.length_px == pytest.approx(60)


def test_two_clicks_on_one_point_are_explained_and_draw_nothing(clicked):
    page, click = clicked
    assert click((80, 80), (80, 80)) == ()
    assert "fell on the same pixel" in page.error[0].value


def test_clicks_on_a_part_are_those_of_the_part(clicked, find):
    page, click = clicked
    find(page.select_slider, "choice_zoom").set_value(4).run()
    find(page.slider, "choice_zoom_row").set_value(100.0)
    find(page.slider, "choice_zoom_column").set_value(0.0).run()
    (line,) = click((0, 0), (0, 100))
    assert (line.start_row_px, line.start_column_px) == pytest.approx((383.5, -0.5))
    assert line.length_px == pytest.approx(50)


def test_remove_takes_back_a_single_click_before_a_whole_line(clicked):
    page, click = clicked
    click((50, 10), (50, 40), (80, 80))
    assert "opposite edge of the same object" in page.markdown[0].value
    page.button(key="remove_line").click().run()
    assert "one edge of an object" in page.markdown[0].value
    assert len(page.session_state["session"].entry.drawn) == 1
    page.button(key="remove_line").click().run()
    assert page.session_state["session"].entry.drawn == ()


def test_a_closer_look_stays_while_pages_change(opened, find):
    find(opened.select_slider, "choice_zoom").set_value(2).run()
    find(opened.slider, "choice_zoom_row").set_value(100.0).run()
    opened.switch_page("pages/sample.py").run()
    assert find(opened.slider, "choice_zoom_row").value == 100.0
    opened.switch_page(OBJECTS).run()
    image = opened.session_state["session"].entry.sample.image
    digest, zoom = opened.session_state["zoom"]
    assert digest == image.digest()
    assert zoom.window_px(image.shape)[0] == slice(128, 256)


def test_lines_drawn_are_the_measurement_when_chosen(app, find):
    from dataclasses import replace

    from pages._ui.shared.state import demo_session
    from rescale4dl_core.measuring.drawn import DrawnDiameter
    from rescale4dl_core.session.choices import Choices

    lines = (DrawnDiameter(0, 0, 0, 40), DrawnDiameter(0, 0, 60, 0))
    session = demo_session(Choices(object_source=ObjectSource.DRAWN))
    app.session_state["session"] = session.with_entry(replace(session.entry, drawn=lines))
    app.run()
    app.switch_page(OBJECTS).run()
    assert metrics(app)["Mean diameter"] == "10 µm"
    app.button(key="remove_line").click().run()
    assert metrics(app)["Mean diameter"] == "8 µm"
    app.button(key="clear_lines").click().run()
    assert "No diameter has been drawn yet" in app.error[0].value


def test_an_image_without_objects_is_explained(app, upload, as_tiff):
    upload([("flat.tif", as_tiff(np.full((64, 64), 7, np.uint16)))])
    app.switch_page(OBJECTS).run()
    assert not app.exception
    assert "flat\\.tif" in app.error[0].value


def test_several_images_give_one_measurement_and_a_row_each(app, upload, disks, as_tiff):
    labels, image = disks
    half = np.where(labels <= 8, labels, 0).astype(np.uint16)
    upload(
        [("a.tif", as_tiff(image, 0.5)), ("b.tif", as_tiff(image, 0.5))],
        [("a_mask.tif", as_tiff(labels)), ("b_mask.tif", as_tiff(half))],
    )
    app.switch_page(OBJECTS).run()
    assert metrics(app)["Objects measured"] == "24"
    by_image = app.dataframe[0].value
    assert list(by_image["image"]) == ["a.tif", "b.tif"]
    assert list(by_image["n_objects"]) == [16, 8]


def test_an_image_without_objects_does_not_stop_the_others(app, upload, disks, as_tiff):
    flat = np.full((64, 64), 7, np.uint16)
    upload([("a.tif", as_tiff(disks[1])), ("flat.tif", as_tiff(flat))])
    app.switch_page(OBJECTS).run()
    assert not app.error
    assert metrics(app)["Objects measured"] == "16"
    assert any("flat\\.tif" in caption.value for caption in app.caption)


def test_one_image_of_unknown_pixel_size_among_known_ones_is_named(
    app, upload, disks, as_tiff
):
    _, image = disks
    upload([("a.tif", as_tiff(image, 0.5)), ("b.tif", as_tiff(image))])
    app.switch_page(OBJECTS).run()
    assert "pixel size of b\\.tif is not known" in app.error[0].value
