"""The look before booking: what is asked, simulated, refused and counted."""

from dataclasses import replace

import pytest

from pages._ui.shared.state import SESSION
from rescale4dl_core.advice.coverage_rule import Purpose
from rescale4dl_core.microscope.camera import Camera
from rescale4dl_core.microscope.configuration import Configuration
from rescale4dl_core.microscope.light import Modality
from rescale4dl_core.microscope.objective import Objective

PAGE = "pages/look_before_booking.py"
CAMERA = Camera("s", 6.5, 2048, 2048, read_noise_e=1.2)


@pytest.fixture
def page(app):
    app.run()
    app.switch_page(PAGE).run()
    assert not app.exception
    return app


def choose(app, objective):
    """Choose a configuration as the planner page does."""
    session = app.session_state[SESSION]
    plan = replace(
        session.choices.plan,
        own_microscope=True,
        objectives=(objective,),
        cameras=(CAMERA,),
        binnings=(1,),
        chosen=Configuration(objective, CAMERA, assumed_field_number_mm=22.0),
    )
    choices = replace(session.choices, plan=plan)
    app.session_state[SESSION] = session.with_choices(choices)
    app.switch_page("pages/sample.py").run()
    return app.switch_page(PAGE).run()


def _metrics(app):
    return {metric.label: metric.value for metric in app.metric}


def test_the_best_configuration_is_simulated_beside_the_sample(page):
    assert _metrics(page)["Pixel on the sample"].endswith("µm")
    titles = [element.value for element in page.markdown]
    assert "**As you took it**" in titles
    assert "**As this configuration would show it**" in titles
    assert "**Your image, only binned**" in titles
    assert not page.error


def test_an_unknown_aperture_of_the_sample_is_said_and_can_be_typed_in(page):
    assert "aperture that the sample was taken with is not known" in page.warning[0].value
    page.number_input(key="choice_numerical_aperture").set_value(0.9).run()
    assert not page.exception
    assert not any("aperture" in warning.value for warning in page.warning)


def test_a_10x_with_pixels_of_6_5_um_shows_0_65_um(page):
    app = choose(page, Objective("ten", 10, 0.3))
    assert not app.exception
    assert _metrics(app)["Pixel on the sample"] == "0.65 µm"


def test_what_is_sharper_than_the_sample_is_refused_with_the_reason(page):
    app = choose(
        page, Objective("hundred", 100, 1.4, immersion="oil", immersion_index=1.515)
    )
    assert not app.exception
    assert "finer pixels would show are not in the sample" in app.error[0].value


def test_less_light_is_a_worse_signal(page):
    page.number_input(key="choice_exposure_ratio").set_value(1.0).run()
    before = float(_metrics(page)["Signal / noise there"])
    page.number_input(key="choice_exposure_ratio").set_value(0.25).run()
    assert not page.exception
    after = float(_metrics(page)["Signal / noise there"])
    assert after == pytest.approx(before / 2, rel=0.1)


def test_more_light_than_the_sample_has_is_said_to_be_amplified(page):
    page.number_input(key="choice_exposure_ratio").set_value(16.0).run()
    assert "noise is amplified" in page.warning[0].value


def test_the_camera_offset_is_asked_for_and_kept(page):
    assert "camera offset is not known" in page.warning[0].value
    page.number_input(key="choice_offset_counts").set_value(100.0).run()
    assert not page.exception
    assert "offset" not in page.warning[0].value
    page.switch_page("pages/sample.py").run()
    page.switch_page(PAGE).run()
    assert page.number_input(key="choice_offset_counts").value == 100


def test_transmitted_light_is_chosen_on_the_page(page):
    page.selectbox(key="choice_modality").set_value(Modality.TRANSMITTED).run()
    assert not page.exception
    assert "0 counts were taken" in page.warning[0].value


def test_the_photoelectrons_of_the_demo_are_read_from_its_noise(page):
    """The demo camera gives 2 counts per photoelectron: 419 in its brightest pixels."""
    page.number_input(key="choice_offset_counts").set_value(100.0).run()
    said = next(one.value for one in page.caption if "brightest pixels" in one.value)
    read_e = float(said.split("to have ")[1].split(" ")[0])
    assert read_e == pytest.approx(419, rel=0.1)
    assert "quantum efficiency" in said


def test_the_exposure_is_that_of_the_plan(page):
    page.number_input(key="choice_numerical_aperture").set_value(0.9).run()
    app = choose(page, Objective("ten", 10, 0.3))
    planned = app.number_input(key="choice_exposure_ratio").placeholder
    assert f"{81 * (0.2 / 0.65) ** 2:.3g}×" in planned


def test_without_a_pixel_size_it_asks_for_one(app, upload, disks, as_tiff):
    labels, image = disks
    upload([("cells.tif", as_tiff(image))], [("cells_mask.tif", as_tiff(labels))])
    app.switch_page(PAGE).run()
    assert not app.exception
    assert "nothing can be simulated without" in app.info[0].value
    assert not app.metric


def test_where_the_first_of_the_table_shows_more_than_the_sample_another_is_shown(page):
    """The demo has pixels of 0.2 µm; the 60x lens would have 0.108 µm."""
    session = page.session_state[SESSION]
    fine, coarse = Objective("60x", 60, 0.9), Objective("10x", 10, 0.3)
    plan = replace(
        session.choices.plan,
        own_microscope=True,
        objectives=(fine, coarse),
        cameras=(CAMERA,),
        binnings=(1,),
        diameter_um=None,
    )
    choices = replace(session.choices, plan=plan, purpose=Purpose.STRUCTURE)
    page.session_state[SESSION] = session.with_choices(choices)
    page.switch_page("pages/sample.py").run()
    page.switch_page(PAGE).run()
    assert not page.error
    said = " ".join(caption.value for caption in page.caption)
    assert "is ranked first, but shows more than your sample image holds" in said
    assert page.selectbox(key="choice_look_configuration").value.startswith("10x")
