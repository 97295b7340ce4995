"""The page of rescaled views: the same piece at several pixel sizes."""

import numpy as np
import pytest

PAGE = "pages/rescaled_views.py"


@pytest.fixture
def page(app):
    app.run()
    app.switch_page(PAGE).run()
    assert not app.exception
    return app


def _titles(app):
    return [markdown.value for markdown in app.markdown if markdown.value.startswith("**")]


def _pictures(app):
    return app.get("image")


def test_the_sample_is_shown_finer_as_taken_recommended_and_too_coarse(page):
    titles = _titles(page)
    assert len(titles) == len(_pictures(page)) == 4
    assert titles[0] == "**0.1 µm** · 2x finer"
    assert titles[1] == "**0.2 µm** · as taken"
    assert "recommended" in titles[2]


def test_each_view_tells_diameter_coverage_and_shape(page):
    captions = [caption.value for caption in page.caption]
    assert any("Whole image: 1024 × 1024 px" in caption for caption in captions)
    assert sum("px; one pixel spans" in caption for caption in captions) == 4


def test_it_says_what_binning_cannot_show(page):
    assert any("low-magnification objective" in warning.value for warning in page.warning)


def test_the_user_picks_the_pixel_sizes_and_they_survive_a_change_of_page(page):
    page.multiselect(key="choice_view_ratios").set_value([1.0, 8.0]).run()
    assert [title.split("**")[1] for title in _titles(page)] == ["0.2 µm", "1.6 µm"]
    page.toggle(key="choice_view_outlines").set_value(False).run()
    page.switch_page("pages/sample.py").run()
    page.switch_page(PAGE).run()
    assert page.multiselect(key="choice_view_ratios").value == [1.0, 8.0]
    assert page.toggle(key="choice_view_outlines").value is False


def test_no_pixel_size_chosen_is_explained(page):
    page.multiselect(key="choice_view_ratios").set_value([]).run()
    assert not page.exception
    assert any("Choose at least one" in info.value for info in page.info)


def test_a_factor_that_leaves_no_pixel_is_explained(app, in_session):
    in_session(np.pad(np.ones((6, 6), np.int32), ((3, 3), (40, 40))))
    app.switch_page(PAGE).run()
    app.multiselect(key="choice_view_ratios").set_value([16.0]).run()
    assert not app.exception
    assert any("not one whole new pixel" in error.value for error in app.error)


def test_without_objects_the_views_are_shown_without_outlines(app, in_session):
    in_session(np.zeros((64, 64), np.int32))
    app.switch_page(PAGE).run()
    assert not app.exception
    assert app.error
    assert len(_pictures(app)) == 3  # finer, as taken, coarser
    assert not any("recommended" in title for title in _titles(app))


def test_an_unknown_pixel_size_shows_ratios(app, upload, disks, as_tiff):
    labels, image = disks
    upload([("cells.tif", as_tiff(image))], [("cells_mask.tif", as_tiff(labels))])
    app.switch_page(PAGE).run()
    assert not app.exception
    assert _titles(app)[:2] == ["**2x finer**", "**as taken**"]


def test_the_tiff_files_are_made_when_asked_for(page):
    page.multiselect(key="choice_view_ratios").set_value([2.0, 4.0]).run()
    assert "Download TIFF files (zip)" not in [b.label for b in page.get("download_button")]
    page.button(key="prepare_tiff").click().run()
    assert not page.exception
    labels = [button.proto.label for button in page.get("download_button")]
    assert "Download TIFF files (zip)" in labels
