"""The networks page: what suits, running it, and using what it found."""

from dataclasses import replace

import numpy as np
import pytest

from pages._ui.shared import network_choice
from rescale4dl_core.inference import store
from rescale4dl_core.session.choices import ObjectSource
from rescale4dl_core.window import SMALLEST_DIAMETER_PX
from tests.small_networks import MEAN_SPEC, card_of, mean_filter, ship


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """Ship two networks that find what is bright; one is made for dark objects."""
    content = mean_filter(1)
    for name in ("finds-bright-fluo", "finds-dark-phase"):
        ship(tmp_path, card_of(content, MEAN_SPEC, name), content)
    monkeypatch.setattr(store, "FOLDER", tmp_path)
    return tmp_path


@pytest.fixture
def page(shipped, upload, disks, as_tiff):
    """Open sixteen disks with their mask, and the page."""
    labels, pixels = disks
    opened = upload([("d.tif", as_tiff(pixels, 0.1))], [("d_mask.tif", as_tiff(labels))])
    return opened.switch_page("pages/networks.py").run()


def texts(app):
    kinds = (app.markdown, app.success, app.warning, app.info, app.error, app.caption)
    return " ".join(element.value for kind in kinds for element in kind)


def test_without_networks_the_page_says_where_they_belong(app, tmp_path, monkeypatch):
    monkeypatch.setattr(store, "FOLDER", tmp_path)
    app.run()
    app.switch_page("pages/networks.py").run()
    assert not app.exception
    assert "No network came with this installation" in app.info[-1].value
    assert not app.button


def test_the_network_for_this_kind_and_size_is_proposed_with_the_reason(page, find):
    assert not page.exception
    assert find(page.selectbox, "choice_network").value == "finds-bright-fluo"
    said = texts(page)
    assert r"**Proposed: finds-bright-fluo.**" in said
    assert r"Your objects are 20\.1 px wide\: one pixel spans 5 % of that" in said
    high = f"{100 / SMALLEST_DIAMETER_PX:.3g}".replace(".", r"\.")
    assert f"inside the 4 to {high} % that this network wants" in said


def test_another_network_is_held_against_the_image_and_the_choice_is_kept(page, find):
    find(page.selectbox, "choice_network").set_value("finds-dark-phase").run()
    assert "made for dark objects; yours are brighter" in texts(page)
    page.switch_page("pages/objects.py").run()
    page.switch_page("pages/networks.py").run()
    assert find(page.selectbox, "choice_network").value == "finds-dark-phase"


def test_running_it_shows_how_many_how_large_and_what_ran(page):
    page.button(key="run_network").click().run()
    assert not page.exception
    said = texts(page)
    assert "**16 objects**. " in said
    assert "ran on the processor (CPU)" in said
    assert {metric.label for metric in page.metric} >= {"Mean diameter", "Objects measured"}
    assert page.get("vega_lite_chart")


def test_what_was_found_becomes_the_objects_of_the_job(page, find):
    page.button(key="run_network").click().run()
    page.button(key="use_found").click().run()
    assert "These are the objects of this job" in texts(page)
    session = page.session_state["session"]
    assert session.choices.object_source is ObjectSource.NETWORK
    assert session.entry.predicted.source == "finds-bright-fluo"
    assert session.entry.sample.labels is not None
    page.switch_page("pages/objects.py").run()
    assert not page.exception
    assert find(page.radio, "choice_object_source").value is ObjectSource.NETWORK
    assert any(metric.value == "16" for metric in page.metric)


def test_all_images_are_run_and_used_together(shipped, upload, disks, as_tiff):
    _, pixels = disks
    other = np.ascontiguousarray(pixels[:130])
    page = upload([("a.tif", as_tiff(pixels, 0.1)), ("b.tif", as_tiff(other, 0.1))])
    page.switch_page("pages/networks.py").run()
    page.button(key="run_network_all").click().run()
    assert not page.exception
    page.button(key="use_found").click().run()
    first, second = page.session_state["session"].entries
    assert (first.predicted.pixels.max(), second.predicted.pixels.max()) == (16, 8)


def test_an_image_that_does_not_suit_is_told_in_words(shipped, page):
    content = mean_filter(1)
    spec = replace(MEAN_SPEC, multiple_px=512)
    ship(shipped, card_of(content, spec, "needs-large-fluo"), content)
    page.run()
    page.selectbox(key="choice_network").set_value("needs-large-fluo").run()
    page.button(key="run_network").click().run()
    assert not page.exception
    assert "this network needs 512 x 512 px or more" in page.error[0].value
    assert page.button(key="run_network")


def test_a_dark_image_without_objects_can_be_run_all_the_same(shipped, upload, as_tiff):
    page = upload([("flat.tif", as_tiff(np.full((64, 64), 7, np.uint8)))])
    page.switch_page("pages/networks.py").run()
    assert not page.exception
    assert "no network can be proposed" in texts(page)
    page.button(key="run_network").click().run()
    assert not page.exception
    assert "**0 objects**" in texts(page)
    assert "same value" in texts(page)


def test_the_networks_used_last_stay_open(shipped, monkeypatch):
    opened = []
    monkeypatch.setattr(
        network_choice, "open_network", lambda name, provider: opened.append(name) or name
    )
    networks = network_choice.OpenNetworks()
    for name in "abcadb":
        networks.get(name, "", "cpu")
    assert opened == ["a", "b", "c", "d", "b"]
