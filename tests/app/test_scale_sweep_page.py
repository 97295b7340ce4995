"""The sweep page: run, stop, look at a scale, take it along; with a mask and without."""

from dataclasses import replace

import pytest

from rescale4dl_core.errors import CancelledError
from rescale4dl_core.evaluation.kind_of_maps import Kind
from rescale4dl_core.evaluation.own_metrics import MetricSource
from rescale4dl_core.evaluation.scores import SCORES
from rescale4dl_core.inference import store
from rescale4dl_core.session import sweeping
from rescale4dl_core.session.choices import SweepChoices

PAGE = "pages/scale_sweep.py"


@pytest.fixture
def cocci():
    """Return the name of a network that finds bright disks; skipped where none is there."""
    names = [name for name in store.shipped_names() if name == "unet-cocci-fluo"]
    if not names:
        pytest.skip("no network for cocci is in models/")
    return names[0]


@pytest.fixture
def opened(app, upload, disks, as_tiff, cocci):
    """Return a function that opens the disks and asks for a sweep of two scales."""

    def open_page(*, with_mask=True, run=True):
        labels, image = disks
        masks = [("cells_mask.tif", as_tiff(labels, 0.1))] if with_mask else []
        upload([("cells.tif", as_tiff(image, 0.1))], masks)
        session = app.session_state["session"]
        choices = replace(
            session.choices,
            network=replace(session.choices.network, name=cocci),
            sweep=SweepChoices(ratios=(1.0, 2.0)),
        )
        app.session_state["session"] = session.with_choices(choices)
        app.switch_page(PAGE).run()
        assert not app.exception
        if run:
            app.button(key="run_sweep").click().run()
            assert not app.exception
        return app

    return open_page


def _texts(app):
    return [element.value for kind in (app.caption, app.markdown) for element in kind]


def test_before_the_sweep_the_page_says_what_it_will_show(opened):
    app = opened(run=False)
    assert any("not how well any network could do" in info.value for info in app.info)
    assert any("Scored against the mask" in text for text in _texts(app))
    assert "sweep_latest" not in app.session_state


def test_a_sweep_shows_the_best_scale_the_scores_and_a_picture(opened):
    app = opened()
    assert any(
        heading.value.startswith("Best for this network") for heading in app.subheader
    )
    assert len(app.get("vega_lite_chart")) == 3
    assert any("objects found" in text for text in _texts(app))
    _, swept, _ = app.session_state["sweep_latest"]
    assert [scale.ratio for scale in swept.scales] == [1.0, 2.0]
    assert swept.has_truth


def test_the_table_has_the_scores_of_the_registry_and_those_of_the_user(
    opened, monkeypatch, tmp_path
):
    own = tmp_path / "own.py"
    own.write_text("def score(gt, prediction): return {'one_half': 0.5}")
    monkeypatch.setattr(
        "pages._ui.scale_sweep.installed_metrics",
        lambda: (MetricSource(str(own)),),
    )
    table = opened().dataframe[0].value
    assert set(table.one_half_sample_grid) == {0.5}
    shown = {
        f"{one.name}_sample_grid"
        for one in SCORES
        if one.on_screen and one.kind is not Kind.SEMANTIC
    }
    assert shown <= set(table.columns)
    assert {"f1_sample_grid", "iou_binary_sample_grid"} <= shown


def test_each_scale_can_be_looked_at(opened):
    app = opened()
    _, swept, _ = app.session_state["sweep_latest"]
    for scale in swept.scales:
        app.select_slider(key="choice_sweep_shown").set_value(scale.ratio).run()
        assert not app.exception
        words = f"{scale.n_objects} objects found"
        assert any(words in text for text in _texts(app))


def test_without_a_mask_scales_are_compared_by_stability(opened):
    app = opened(with_mask=False)
    assert app.toggle(key="choice_sweep_stability").value is True
    assert any("no proof" in text for text in _texts(app))
    _, swept, _ = app.session_state["sweep_latest"]
    assert not swept.has_truth
    assert swept.scales[0].stability_parts is not None


def test_the_sweep_is_there_after_a_change_of_page(opened):
    app = opened()
    app.switch_page("pages/objects.py").run()
    app.switch_page(PAGE).run()
    assert any(
        heading.value.startswith("Best for this network") for heading in app.subheader
    )


def test_stopping_keeps_the_scales_that_are_done(opened, monkeypatch):
    """The second scale never comes: the user has pressed Cancel."""
    whole = sweeping.sweep

    def stopped(*arguments, on_scale, **options):
        def once(scale):
            on_scale(scale)
            raise CancelledError("Stopped.")

        return whole(*arguments, on_scale=once, **options)

    monkeypatch.setattr(sweeping, "sweep", stopped)
    app = opened()
    _, swept, _ = app.session_state["sweep_latest"]
    assert [scale.ratio for scale in swept.scales] == [2.0]
    assert not swept.complete
    assert any("Stopped before the finer scales" in w.value for w in app.warning)


def test_without_any_network_the_page_leads_on(app, monkeypatch):
    monkeypatch.setattr(store, "shipped_cards", lambda: ())
    app.run()
    app.switch_page(PAGE).run()
    assert not app.exception
    assert any("No network came with" in info.value for info in app.info)
    assert any("Next" in link.proto.label for link in app.get("page_link"))


def test_one_scale_alone_needs_no_slider(opened):
    app = opened(run=False)
    app.multiselect(key="choice_sweep_ratios").set_value([2.0]).run()
    app.button(key="run_sweep").click().run()
    assert not app.exception
    assert not [s for s in app.select_slider if s.key == "choice_sweep_shown"]
    _, swept, _ = app.session_state["sweep_latest"]
    assert [scale.ratio for scale in swept.scales] == [2.0]
