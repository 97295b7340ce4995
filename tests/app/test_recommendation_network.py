"""The recommendation page with a network: sweep, atlas, what an experiment takes."""

from dataclasses import replace

import pytest

from pages._ui.shared.sweep_result import LATEST
from rescale4dl_core.inference import store
from rescale4dl_core.inference.opening import open_network
from rescale4dl_core.quantities import RescaleFactor
from rescale4dl_core.session.measuring import measure_entry, session_measurement
from rescale4dl_core.session.sweeping import samples_key, sweep_session
from rescale4dl_core.study.atlas import AtlasCurve, AtlasPoint, NetworkAtlas, atlas_text
from rescale4dl_core.study.object_facts import ObjectFacts
from rescale4dl_core.study.results import Interval
from rescale4dl_core.window import window_for_receptive_field
from tests.small_networks import MEAN_SPEC, card_of, mean_filter, ship

PAGE = "pages/recommendation.py"
NAME = "finds-bright"


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """Ship a network that finds bright objects, with what it does at 4, 8 and 16 %."""
    content = mean_filter(1)
    card = card_of(content, MEAN_SPEC, NAME)
    ship(tmp_path, card, content)
    points = tuple(
        AtlasPoint(percent, score, score, 0.75, 0.97, 0.98, 0.9, 12, 300)
        for percent, score in (
            (4.0, Interval(0.90, 0.88, 0.92)),
            (8.0, Interval(0.88, 0.86, 0.90)),
            (16.0, Interval(0.5, 0.4, 0.6)),
        )
    )
    curve = AtlasCurve("disks", "all", False, ObjectFacts(20.0, 1.05, 0.98, 0.0), points)
    atlas = NetworkAtlas(NAME, card.sha256, "by a test", (curve,))
    (tmp_path / NAME / "atlas.json").write_text(atlas_text(atlas), encoding="utf-8")
    monkeypatch.setattr(store, "FOLDER", tmp_path)


@pytest.fixture
def page(shipped, upload, disks, as_tiff):
    """Open sixteen disks of 20 px with their mask, and the page with the network."""
    labels, pixels = disks
    app = upload([("d.tif", as_tiff(pixels, 0.1))], [("d_mask.tif", as_tiff(labels, 0.1))])
    app.switch_page(PAGE).run()
    app.selectbox(key="choice_advice_network").set_value(NAME).run()
    assert not app.exception
    return app


def _swept(app, name=NAME, window=None):
    """Sweep the images of the session at three scales, as the sweep page would."""
    session = app.session_state["session"]
    measurement = session_measurement(
        session, [measure_entry(session.entry, session.choices)]
    )
    sweep = sweep_session(
        session,
        open_network(NAME, provider="cpu"),
        measurement,
        factors=[RescaleFactor.of(ratio) for ratio in (1.0, 2.0, 4.0)],
    )
    sweep = replace(sweep, network=name)
    app.session_state[LATEST] = (samples_key(session, measurement), sweep, window)
    return sweep


def _words(app):
    kinds = (app.markdown, app.subheader, app.caption)
    return " ".join(one.value for kind in kinds for one in kind).replace("\\", "")


def _metrics(app):
    return {metric.label: metric.value for metric in app.metric}


def test_without_a_sweep_the_test_images_tell_the_score(page):
    """20 px objects are at 5 %: 8 % loses 2 % of .90."""
    assert _metrics(page)["Expected overlap (IoU)"] == "0.88"
    assert _metrics(page)["Objects found"] == "90 %"
    assert "was not run on your images" in _words(page)
    assert "much alike" in _words(page)
    assert "**Agreement:**" in _words(page)
    assert len(page.get("vega_lite_chart")) == 2


def test_the_tolerance_is_the_users(page):
    page.slider(key="choice_advice_tolerance").set_value(0.0).run()
    assert not page.exception
    assert _metrics(page)["One pixel spans"] == "4 %"
    assert page.session_state["session"].choices.sweep.tolerance_percent == 0


def test_a_sweep_of_the_images_decides_once_it_is_there(page):
    sweep = _swept(page)
    page.run()
    assert not page.exception
    assert f"{NAME} was tried on your images at 3 pixel sizes" in _words(page)
    shown = float(_metrics(page)["Expected overlap (IoU)"])
    scores = [scale.sample_grid.iou.mean for scale in sweep.scales]
    assert min(abs(shown - score) for score in scores) <= 0.005


def test_an_uploaded_network_that_was_swept_brings_its_own_window(page):
    """A receptive field of 60 px wants objects of at most 30 px: 3.3 % and more."""
    _swept(page, "mine.onnx", window_for_receptive_field(60, 1))
    page.run()
    page.selectbox(key="choice_advice_network").set_value("mine.onnx").run()
    assert not page.exception
    assert "mine.onnx was tried on your images at 3 pixel sizes" in _words(page)
    assert "3.3" in _words(page)


def test_no_network_means_the_published_range(page):
    page.selectbox(key="choice_advice_network").set_value(
        page.selectbox(key="choice_advice_network").options[0]
    ).run()
    assert not page.exception
    assert "Expected overlap (IoU)" not in _metrics(page)
    assert not page.session_state["session"].choices.network.advises
    assert "No network was tried on your images" in _words(page)


def test_no_network_stays_none_after_a_sweep_until_one_is_chosen_again(page):
    _swept(page)
    page.run()
    none = page.selectbox(key="choice_advice_network").options[0]
    page.selectbox(key="choice_advice_network").set_value(none).run()
    page.run()
    assert page.selectbox(key="choice_advice_network").value == none
    assert "Expected overlap (IoU)" not in _metrics(page)
    page.selectbox(key="choice_advice_network").set_value(NAME).run()
    assert f"{NAME} was tried on your images at 3 pixel sizes" in _words(page)


def test_a_sweep_stopped_while_scores_still_rise_decides_nothing(page):
    session = page.session_state["session"]
    sweep = _swept(page)
    coarse = replace(sweep, scales=sweep.scales[1:], complete=False)
    key, _, window = page.session_state[LATEST]
    page.session_state[LATEST] = (key, coarse, window)
    page.run()
    assert session.entries
    assert "was tried on your images" not in _words(page)
    assert "still rose towards finer ones" in _words(page)


def test_an_experiment_takes_more_fields_for_more_objects(page):
    page.number_input(key="choice_n_objects_wanted").set_value(1_000_000).run()
    assert "1,000,000 objects found" in _words(page)
    assert "90 % of those imaged" in _words(page)
    session = page.session_state["session"]
    assert session.choices.n_objects_wanted == 1_000_000


def test_objects_of_one_size_cannot_be_compared_and_the_page_says_so(page):
    """All disks are alike, so they show no spread."""
    assert any("no spread of sizes" in note.value for note in page.info)
    page.number_input(key="choice_difference_percent").set_value(2.0).run()
    assert not page.exception
    assert page.session_state["session"].choices.sweep.difference_percent == 2
