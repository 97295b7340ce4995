"""A network of the user's own on the Networks page: looked into, drawn, run."""

import pytest

from rescale4dl_core.inference import store
from tests.small_networks import MEAN_SPEC, card_of, mean_filter, pooling_unet, ship

PAGE = "pages/networks.py"


@pytest.fixture
def page(app, tmp_path, monkeypatch, upload, disks, as_tiff):
    """Open sixteen disks, 20 px wide, and ask for a network of one's own."""
    content = mean_filter(1)
    ship(tmp_path, card_of(content, MEAN_SPEC, "finds-bright-fluo"), content)
    monkeypatch.setattr(store, "FOLDER", tmp_path)
    labels, pixels = disks
    upload([("d.tif", as_tiff(pixels, 0.1))], [("d_mask.tif", as_tiff(labels))])
    app.switch_page(PAGE).run()
    app.radio(key="whose_network").set_value("one of my own").run()
    assert not app.exception
    return app


def give(page, name, content):
    uploader = page.file_uploader(key="own_network_file")
    return uploader.set_value((name, content, "application/octet-stream")).run()


def said(page):
    kinds = (page.markdown, page.success, page.warning, page.error, page.caption)
    return " ".join(element.value for kind in kinds for element in kind)


def test_before_a_file_is_given_the_page_says_what_is_expected(page):
    assert "ONNX is a file format" in said(page)
    assert not [button for button in page.button if button.key == "run_network"]


def test_its_fields_its_window_and_its_fit_are_shown_and_it_runs(page):
    give(page, "mine.onnx", mean_filter(25))
    assert not page.exception
    words = said(page)
    assert "By its layers: 25 px" in words
    assert "By a changed pixel: 25 px" in words
    assert "It suits objects of 6 to 12 px" in words  # half of 25 px
    assert "too large for it" in words
    page.button(key="run_network").click().run()
    assert not page.exception
    assert "mine\\.onnx ran on" in said(page)


def test_it_stays_in_use_on_the_way_to_another_page_and_back(page):
    give(page, "mine.onnx", pooling_unet())
    page.switch_page("pages/objects.py").run()
    page.switch_page(PAGE).run()
    assert page.radio(key="whose_network").value == "one of my own"
    assert "In use: mine.onnx" in said(page)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("bad.onnx", b"nothing", "This is no ONNX file, or a damaged one"),
        ("bad.zip", b"nothing", "This zip file is damaged"),
    ],
)
def test_a_bad_file_is_explained_and_the_page_stays(page, name, content, message):
    give(page, name, content)
    assert not page.exception
    assert message in said(page).replace("\\", "")
    assert "All networks against your objects" in [
        heading.value for heading in page.subheader
    ]


def test_the_squares_of_a_shipped_network_are_drawn_too(page):
    page.radio(key="whose_network").set_value("one that ships with the app").run()
    assert not page.exception
    assert "How far it sees" in [heading.value for heading in page.subheader]
