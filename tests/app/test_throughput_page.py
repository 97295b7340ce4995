"""The throughput page: what-if answers follow the sliders."""

from dataclasses import replace

import numpy as np
import pytest

from rescale4dl_core.measuring.drawn import DrawnDiameter
from rescale4dl_core.planning.gain import Route
from rescale4dl_core.session.choices import ObjectSource
from rescale4dl_core.window import PUBLISHED_WINDOW

PAGE = "pages/throughput.py"


@pytest.fixture
def page(app):
    app.run()
    app.switch_page(PAGE).run()
    assert not app.exception
    return app


def _metric(app, start):
    (found,) = [metric for metric in app.metric if metric.label.startswith(start)]
    return found


def _table(app, row):
    """Return the cells of one row of the tables on the page."""
    (line,) = [
        line
        for table in app.markdown
        for line in table.value.splitlines()
        if line.startswith(f"| {row} |")
    ]
    return [cell.strip() for cell in line.strip("|").split("|")][1:]


def test_the_ceiling_stands_beside_the_count_at_the_measured_density(page):
    assert _table(page, "Objects per field, ceiling") != ["not measured"] * 2
    assert _table(page, "Objects per field, at your density") != ["not measured"] * 2
    assert any("no sample exceeds it" in caption.value for caption in page.caption)


def test_a_longer_exposure_takes_longer(page):
    page.number_input(key="choice_wanted").set_value(1_000_000).run()
    before = _metric(page, "Time for").value
    page.slider(key="choice_exposure").set_value(5.0).run()
    assert not page.exception
    assert "7.5 s per field of view" in [heading.value for heading in page.subheader]
    assert _metric(page, "Time for").value != before


def test_what_was_tried_survives_a_change_of_page(page):
    page.slider(key="choice_planes").set_value(20).run()
    page.radio(key="choice_route").set_value(Route.BINNING).run()
    page.select_slider(key="choice_what_if_ratio_BINNING").set_value(2.0).run()
    page.switch_page("pages/recommendation.py").run()
    page.switch_page(PAGE).run()
    assert page.slider(key="choice_planes").value == 20
    assert page.radio(key="choice_route").value is Route.BINNING
    assert page.select_slider(key="choice_what_if_ratio_BINNING").value == 2.0


def test_binning_images_no_more_objects_and_a_lower_magnification_does(page):
    assert _table(page, "Objects per hour")[1] == "the same"
    page.select_slider(key="choice_what_if_ratio_MAGNIFICATION").set_value(2.0).run()
    assert _table(page, "Area per field") == ["4x", "the same"]
    assert _table(page, "Storage for the same area") == ["1/4", "1/4"]
    page.radio(key="choice_route").set_value(Route.BINNING).run()
    page.select_slider(key="choice_what_if_ratio_BINNING").set_value(4.0).run()
    now, tried = _table(page, "Objects per hour, at your density")
    assert now == tried


def test_finer_pixels_cannot_be_had_by_binning(page):
    page.select_slider(key="choice_what_if_ratio_MAGNIFICATION").set_value(0.5).run()
    assert not page.exception
    assert any("binning only makes coarser ones" in c.value for c in page.caption)
    page.radio(key="choice_route").set_value(Route.BINNING).run()
    assert not page.exception
    assert page.select_slider(key="choice_what_if_ratio_BINNING").value == 1.0


def test_a_time_of_nothing_is_explained_and_the_last_answer_stays(page):
    for name in ("exposure", "readout", "stage"):
        page.slider(key=f"choice_{name}").set_value(0.0)
    page.run()
    assert not page.exception
    assert "adds up to 0 s" in page.error[0].value.replace("\\", "")
    assert page.metric


def test_without_a_pixel_size_the_page_answers_in_ratios(app, upload, disks, as_tiff):
    labels, image = disks
    upload([("cells.tif", as_tiff(image))], [("cells_mask.tif", as_tiff(labels))])
    app.switch_page(PAGE).run()
    assert not app.exception
    diameter_px = np.sqrt(4 / np.pi * np.mean(labels == 1) * labels.size)
    ratio = diameter_px * PUBLISHED_WINDOW.target_percent / 100
    assert _table(app, "Pixel size") == ["as taken", f"{ratio:.3g}x coarser"]
    assert _table(app, "Field of view") == ["pixel size unknown"] * 2
    now, tried = _table(app, "Objects per field, at your density")
    objects = 16 / 256**2 * 2048**2  # 16 in 256 x 256 px
    more = float(f"{objects * ratio**2:.3g}")
    assert (now, tried) == ("1,020", f"{more:,.0f}")


def test_without_objects_the_time_per_field_is_still_known(app, in_session):
    in_session(np.zeros((64, 64), np.int32))
    app.switch_page(PAGE).run()
    assert not app.exception
    assert app.error
    assert not app.metric
    assert "2.6 s per field of view" in [heading.value for heading in app.subheader]
    assert any("Without objects" in info.value for info in app.info)


def test_drawn_diameters_give_the_ceiling_only(app, in_session, two_disks):
    in_session(two_disks.pixels, object_source=ObjectSource.DRAWN)
    session = app.session_state["session"]
    drawn = replace(session.entry, drawn=(DrawnDiameter(10, 10, 10, 54),))
    app.session_state["session"] = session.with_entry(drawn)
    app.switch_page(PAGE).run()
    assert not app.exception
    assert _metric(app, "Objects per hour").label == "Objects per hour at best"
    assert _table(app, "Objects per field, at your density") == ["not measured"] * 2


def test_a_link_restores_the_sliders_and_the_address_follows_them(app):
    app.run()
    app.query_params["exposure_s"] = "0.4"
    app.query_params["n_wells"] = "96"
    app.switch_page(PAGE).run()
    assert not app.exception
    assert app.slider(key="choice_exposure").value == 0.4
    assert app.number_input(key="choice_wells").value == 96
    app.slider(key="choice_planes").set_value(5).run()
    assert app.query_params["n_planes"] == "5"
    assert app.query_params["exposure_s"] == "0.4"


def test_a_request_with_an_older_address_of_the_tab_undoes_nothing(page):
    page.slider(key="choice_overlap").set_value(5.0).run()
    page.slider(key="choice_overlap").set_value(10.0)
    page.query_params["overlap_percent"] = "5"
    page.run()
    assert page.slider(key="choice_overlap").value == 10
    assert page.query_params["overlap_percent"] == "10"


def test_a_link_holds_power_and_interval_too(app):
    app.run()
    app.query_params["power_mw"] = "8"
    app.query_params["n_timepoints"] = "3"
    app.query_params["interval_s"] = "3600"
    app.switch_page(PAGE).run()
    assert app.number_input(key="choice_power_mw").value == 8
    assert app.number_input(key="choice_interval_min").value == 60
    assert _metric(app, "Time for").value.startswith("2 h")
    assert _metric(app, "Light at this exposure").value.endswith("J/cm²")
    app.number_input(key="choice_power_mw").set_value(2.0).run()
    assert app.query_params["power_mw"] == "2"


def test_a_broken_link_is_explained_and_leaves_the_sliders_alone(app):
    app.run()
    app.query_params["exposure_s"] = "-3"
    app.switch_page(PAGE).run()
    assert not app.exception
    assert "exposure must be 0 s or more" in app.error[0].value.replace("\\", "")
    assert app.slider(key="choice_exposure").value == 0.1


def test_up_to_four_plans_stand_side_by_side(page):
    for planes in (1, 2, 3, 4):
        page.slider(key="choice_planes").set_value(planes).run()
        page.button(key="keep_plan").click().run()
        assert not page.exception
    assert page.button(key="keep_plan").disabled
    times = _table(page, "Channels, planes, time points")
    assert times == ["1, 1, 1", "1, 2, 1", "1, 3, 1", "1, 4, 1"]
    assert len(set(_table(page, "Time per field"))) == 4
    page.button(key="remove_plan_0").click().run()
    assert len(_table(page, "Time per field")) == 3
    page.button(key="show_plan_0").click().run()
    assert page.slider(key="choice_planes").value == 2


def test_a_power_makes_the_dose_absolute(page):
    assert "J/cm²" not in _metric(page, "Light for pixels as clean").value
    page.number_input(key="choice_power_mw").set_value(2.0).run()
    assert _metric(page, "Light at this exposure").value.endswith("J/cm²")


def test_the_configuration_of_the_planner_is_taken_over(page):
    before = _metric(page, "Objects per hour").value
    page.button(key="plan_with_booked").click().run()
    assert not page.exception
    assert _metric(page, "Objects per hour").value != before
    assert "plan_with_booked" not in [button.key for button in page.button]
    page.switch_page("pages/planner.py").run()
    planned = [one for one in page.metric if one.label == "Objects per hour"]
    page.switch_page(PAGE).run()
    assert _metric(page, "Objects per hour").value == planned[0].value
