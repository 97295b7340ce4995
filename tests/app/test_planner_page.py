"""The planner page: a ranking for the objects of the session, and the user's own tables."""

import re
from dataclasses import replace
from types import SimpleNamespace

import pytest

from pages._ui.planner import ranking_view
from pages._ui.shared.messages import plain
from rescale4dl_core.advice.coverage_rule import Purpose
from rescale4dl_core.microscope.catalogue import shipped_cameras, shipped_objectives
from rescale4dl_core.window import PUBLISHED_WINDOW

PAGE = "pages/planner.py"

LENSES = b"name,magnification,numerical_aperture\nmine 20x,20,0.5\nmine 10x,10,0.3\n"
CAMERA = b"name,pitch_um,rows_px,columns_px\nmy camera,6.5,1000,1000\n"


@pytest.fixture
def page(app):
    app.run()
    app.switch_page(PAGE).run()
    assert not app.exception
    return app


def metric(app, start):
    (found,) = [metric for metric in app.metric if metric.label.startswith(start)]
    return found.value


def words(elements):
    return " ".join(element.value for element in elements).replace("\\", "")


def hand_in(page, *files):
    page.segmented_control(key="choice_own_microscope").set_value(True).run()
    page.file_uploader(key="own_microscope_files").set_value(
        [(name, data, "text/csv") for name, data in files]
    )
    (button,) = [b for b in page.button if b.label == "Use these files"]
    button.click().run()
    assert not page.exception


def test_the_first_of_the_table_is_shown_with_what_it_means(page):
    assert metric(page, "Pixel size").endswith("µm")
    assert metric(page, "Objects per hour")
    shown = words(page.markdown)
    low, high = PUBLISHED_WINDOW.low_percent, PUBLISHED_WINDOW.high_percent
    assert f"finds them well where a pixel spans **{low:g} to {high:g} %**" in shown
    assert "instead of" in shown
    assert "One plane is enough" in shown
    table = page.dataframe[0].value
    n_all = len(shipped_objectives()) * len(shipped_cameras()) * 3
    assert list(table["Rank"]) == list(range(1, n_all + 1))
    assert set(table["Suits?"][:20]) == {"good"}
    assert "relay" not in table


def test_a_filter_narrows_the_table_and_a_filter_for_nothing_is_explained(page):
    page.multiselect[0].set_value(["Zeiss"]).run()
    assert all(name.startswith("Zeiss") for name in page.dataframe[0].value["Objective"])
    page.button_group(key="choice_binnings").set_value([]).run()
    assert not page.exception
    assert "no binning to choose from" in words(page.error)


def test_another_configuration_can_be_booked_and_stays_booked(page):
    wanted = page.selectbox(key="choice_chosen").options[5]
    page.selectbox(key="choice_chosen").set_value(wanted).run()
    assert wanted in words(page.subheader)
    page.switch_page("pages/throughput.py").run()
    page.switch_page(PAGE).run()
    assert page.selectbox(key="choice_chosen").value == wanted
    chosen = page.session_state["session"].choices.plan.chosen
    assert chosen.label == wanted


def test_two_configurations_stand_side_by_side(page):
    first, second = page.selectbox(key="choice_chosen").options[1:3]
    page.selectbox(key="choice_other").set_value(second).run()
    (table,) = [one.value for one in page.markdown if "Objects per hour |" in one.value]
    head, _, *rows = table.splitlines()
    assert [cell.strip() for cell in head.split("|")[2:4]] == [plain(first), plain(second)]
    figures = {row.split("|")[1].strip(): row.split("|")[2:4] for row in rows}
    shown = page.dataframe[0].value
    for index in (0, 1):
        percent = figures["One pixel, of a diameter"][index].strip(" %")
        assert float(percent) == pytest.approx(shown["% of diameter"][index], rel=0.01)
    assert "Expected IoU" not in figures


def test_the_users_own_tables_are_ranked_and_kept(page):
    hand_in(page, ("lenses.csv", LENSES), ("camera.csv", CAMERA))
    assert "lenses.csv: 2 objectives." in words(page.success)
    (ranked,) = [d.value for d in page.dataframe if "Rank" in d.value]
    assert set(ranked["Objective"]) == {"mine 20x (20x/0.5)", "mine 10x (10x/0.3)"}
    assert set(ranked["Camera"]) == {"my camera"}
    page.switch_page("pages/throughput.py").run()
    page.switch_page(PAGE).run()
    plan = page.session_state["session"].choices.plan
    assert [objective.name for objective in plan.objectives] == ["mine 20x", "mine 10x"]


def test_a_cfg_without_pixel_sizes_and_a_table_without_columns_are_explained(page):
    hand_in(page, ("scope.cfg", b"Device,Objective,DemoCamera,DObjective\n"))
    assert "scope.cfg holds no pixel size" in words(page.error)
    hand_in(page, ("lenses.csv", b"name,magnification\na,20\n"))
    assert "lacks the column numerical_aperture" in words(page.error)
    assert page.metric  # the ranking of the table before stays


def test_light_is_compared_with_the_sample_once_its_lens_is_known(page):
    assert "All lenses are exposed alike" in words(page.warning)
    page.number_input(key="choice_numerical_aperture").set_value(0.75).run()
    assert "All lenses are exposed alike" not in words(page.warning)
    assert "against the sample as taken" in words(page.caption)
    page.number_input(key="choice_numerical_aperture").set_value(1.4).run()
    assert not page.exception
    assert "1.4 is impossible in a medium" in words(page.error)


def test_objects_of_unknown_size_are_asked_for(app, upload, disks, as_tiff):
    labels, image = disks
    upload([("cells.tif", as_tiff(image))], [("cells_mask.tif", as_tiff(labels))])
    app.switch_page(PAGE).run()
    assert not app.exception
    assert not app.metric
    app.number_input(key="choice_diameter_um").set_value(15.0).run()
    assert not app.exception
    assert metric(app, "Objects per hour")
    assert "of them per mm²" in words(app.markdown)


def test_taller_objects_need_more_planes(page):
    def planes():
        (found,) = re.findall(r"With .*: (\d+) planes", words(page.markdown))
        return int(found)

    page.number_input(key="choice_height_um").set_value(50.0).run()
    before = planes()
    page.number_input(key="choice_height_um").set_value(100.0).run()
    assert planes() > before


def test_each_lens_takes_its_planes_where_asked_for(page):
    """Objects 100 um high take several planes with most lenses, which cost time."""
    page.number_input(key="choice_height_um").set_value(100.0).run()
    before = page.dataframe[0].value["Objects per hour"].sum()
    page.checkbox(key="choice_planes_through_objects").check().run()
    assert page.dataframe[0].value["Objects per hour"].sum() < 0.9 * before


def test_the_time_between_time_points_is_asked_in_minutes(page):
    page.slider(key="choice_timepoints").set_value(3).run()
    page.number_input(key="choice_interval_min").set_value(30.0).run()
    # Two waits of half an hour, and the last round.
    assert metric(page, "Time for").startswith("1 h")
    assert page.session_state["session"].choices.plan.interval_s == 1800


def test_structure_is_drawn_and_told(page):
    """Pixels of 13 um are coarser than Nyquist with most lenses."""
    session = page.session_state["session"]
    plan = replace(session.choices.plan, camera_names=("Andor iKon-M 934",))
    choices = replace(session.choices, plan=plan, purpose=Purpose.STRUCTURE)
    page.session_state["session"] = session.with_choices(choices)
    page.switch_page("pages/sample.py").run()
    page.switch_page(PAGE).run()
    assert not page.exception
    assert {"good", "not at Nyquist"} <= set(page.dataframe[0].value["Suits?"])
    assert "pixels at Nyquist or finer come first" in words(page.caption)


def test_a_marked_row_is_booked(page, monkeypatch):
    """AppTest cannot mark rows of a table: what Streamlit calls then is called here."""
    called = {}

    def table(*_, on_select, key, **__):
        called.update(book=on_select, key=key)

    monkeypatch.setattr(ranking_view.st, "dataframe", table)
    page.run()
    state = {called["key"]: SimpleNamespace(selection=SimpleNamespace(rows=[4]))}
    booked = {}
    monkeypatch.setattr(ranking_view.st, "session_state", state)
    session = page.session_state["session"]
    monkeypatch.setattr(ranking_view, "current_session", lambda: session)
    monkeypatch.setattr(ranking_view, "keep_choices", lambda c: booked.update(choices=c))
    monkeypatch.setattr(ranking_view, "set_widget", booked.__setitem__)
    called["book"]()
    chosen = booked["choices"].plan.chosen
    assert booked["chosen"] == chosen.label
    assert chosen.label == page.selectbox(key="choice_chosen").options[5]


def test_only_what_suits_is_listed_where_asked_for(page):
    page.checkbox(key="choice_only_in_window").check().run()
    assert "outside the window" not in set(page.dataframe[0].value["Suits?"])
