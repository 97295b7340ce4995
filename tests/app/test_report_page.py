"""The report page: the whole answer as files, with the plan where it is wanted."""

from __future__ import annotations

import json

import pytest

from pages._ui.planner import booking
from rescale4dl_core.exports.plan_file import plan_from_json

PAGE = "pages/report.py"


@pytest.fixture
def page(app):
    app.run()
    app.switch_page(PAGE).run()
    assert not app.exception
    return app


def shown(app) -> str:
    """Return the HTML of the preview."""
    (frame,) = app.get("iframe")
    return frame.proto.srcdoc


def offered(app) -> list[str]:
    return [button.proto.label for button in app.get("download_button")]


def test_the_report_is_seen_and_offered_in_four_kinds(page):
    assert "<h2>What to watch</h2>" in shown(page)
    kinds = {"PDF to print", "HTML, one file", "Markdown", "JSON for programs"}
    assert kinds <= set(offered(page))


def test_the_plan_is_part_of_it_where_it_is_wanted(page):
    assert "<h2>The plan</h2>" in shown(page)
    assert "Images were acquired with the objective" in shown(page)
    page.checkbox(key="choice_in_report").uncheck().run()
    assert not page.exception
    assert "<h2>The plan</h2>" not in shown(page)
    page.switch_page("pages/planner.py").run()
    page.switch_page(PAGE).run()
    assert "<h2>The plan</h2>" not in shown(page)


def test_without_a_pixel_size_the_plan_is_refused_in_words(app, upload, disks, as_tiff):
    labels, image = disks
    upload([("cells.tif", as_tiff(image))], [("cells_mask.tif", as_tiff(labels))])
    app.switch_page(PAGE).run()
    assert not app.exception
    said = " ".join(caption.value for caption in app.caption).replace("\\", "")
    assert "Without a plan: The pixel size of the sample is not known" in said
    assert "not known" in shown(app)


def test_the_planner_offers_the_chosen_plan_for_the_microscope(app, monkeypatch):
    files = {}

    def keep(*offers):
        files.update({offer.file_name: offer.content for offer in offers})

    monkeypatch.setattr(booking, "download_row", keep)
    app.run()
    app.switch_page("pages/planner.py").run()
    assert not app.exception
    assert set(files) == {
        *("plan.useq.yaml", "plan.useq.json", "plan.pos", "pixel_size.cfg"),
        "plan.rescale4dl.json",
    }
    plan = plan_from_json(files["plan.rescale4dl.json"].decode())
    assert plan.n_fields == 1
    assert "1 field, 0 % overlap" in " ".join(markdown.value for markdown in app.markdown)
    app.text_input(key="choice_channel_name_0").set_value("GFP").run()
    app.text_input(key="choice_stage_device").set_value("TIXYDrive").run()
    assert json.loads(files["plan.useq.json"])["channels"][0]["config"] == "GFP"
    assert b'"TIXYDrive"' in files["plan.pos"]
    app.number_input(key="choice_centre_x").set_value(12_000.0).run()
    app.switch_page("pages/sample.py").run()
    files.clear()
    app.switch_page("pages/planner.py").run()
    sequence = json.loads(files["plan.useq.json"])
    (position,) = sequence["stage_positions"]
    assert (position["x"], position["y"]) == (12_000.0, 0.0)
    assert sequence["channels"][0]["config"] == "GFP"
    assert b'"TIXYDrive"' in files["plan.pos"]
