"""The Sample page: what comes in, what is known of it, and what is refused."""

import numpy as np
import pytest

from rescale4dl_core.reading.registry import FORMATS


def facts(app):
    """Return the table of facts as {name: (value, source)}."""
    (table,) = [m.value for m in app.markdown if m.value.startswith("| | | from |")]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines()[2:]]
    return {row[0]: tuple(row[1:]) for row in rows}


def session(app):
    return app.session_state["session"]


def test_the_demo_is_there_before_anything_is_opened(app):
    app.run()
    assert session(app).entry.is_demo
    assert "simulated" in app.info[0].value
    assert facts(app)["Pixel size"] == ("0\\.2 µm", "simulated")


def test_an_image_is_opened_with_its_mask_and_its_pixel_size(app, upload, disks, as_tiff):
    labels, image = disks
    upload([("cells.tif", as_tiff(image, 0.1))], [("cells_mask.tif", as_tiff(labels))])
    assert not app.error
    assert not app.info
    assert facts(app)["Pixel size"] == ("0\\.1 µm", "ImageJ tag")
    entry = session(app).entry
    assert entry.sample.image.name == "cells.tif"
    np.testing.assert_array_equal(entry.sample.labels.pixels, labels)


def test_several_images_are_listed_and_one_can_be_closed(app, upload, disks, as_tiff):
    _, image = disks
    upload([("a.tif", as_tiff(image)), ("b.tif", as_tiff(image[:128]))])
    assert [entry.sample.image.name for entry in session(app).entries] == ["a.tif", "b.tif"]
    app.selectbox(key="choice_image_shown").set_value(1).run()
    assert session(app).entry.sample.image.name == "b.tif"
    app.button(key="close_image").click().run()
    assert [entry.sample.image.name for entry in session(app).entries] == ["a.tif"]
    app.button(key="close_image").click().run()
    assert session(app).entry.is_demo


def test_a_typed_pixel_size_wins_and_the_one_of_the_file_comes_back(
    app, upload, disks, as_tiff, find
):
    upload([("cells.tif", as_tiff(disks[1], 0.1))])
    find(app.number_input, "choice_pixel_y").set_value(0.25)
    app.button(key="use_pixel_size").click().run()
    assert facts(app)["Pixel size"] == ("0\\.25 µm", "typed in")
    app.button(key="pixel_size_of_file").click().run()
    assert facts(app)["Pixel size"] == ("0\\.1 µm", "ImageJ tag")
    assert find(app.number_input, "choice_pixel_y").value == pytest.approx(0.1)


@pytest.mark.parametrize("bad_um", [0.0, -1.0])
def test_an_impossible_pixel_size_is_refused_and_changes_nothing(app, find, bad_um):
    app.run()
    before = session(app)
    find(app.number_input, "choice_pixel_y").set_value(bad_um)
    app.button(key="use_pixel_size").click().run()
    assert "must be a positive" in app.error[0].value
    assert session(app) is before


def test_no_pixel_size_typed_is_said(app, upload, disks, as_tiff):
    upload([("cells.tif", as_tiff(disks[1]))])
    assert facts(app)["Pixel size"][0] == "unknown"
    app.button(key="use_pixel_size").click().run()
    assert "No pixel size was typed" in app.error[0].value


def test_another_plane_of_a_stack_is_read(app, upload, as_tiff, find):
    stack = np.arange(5, dtype=np.uint16)[:, None, None] * np.ones((32, 32), np.uint16)
    upload([("stack.tif", as_tiff(stack))])
    assert session(app).entry.sample.image.pixels[0, 0] == 2
    find(app.slider, "choice_plane").set_value(4).run()
    assert session(app).entry.sample.image.pixels[0, 0] == 4
    assert not app.error


def test_each_image_keeps_its_own_plane(app, upload, as_tiff, find):
    stack = np.arange(5, dtype=np.uint16)[:, None, None] * np.ones((32, 32), np.uint16)
    upload([("a.tif", as_tiff(stack)), ("b.tif", as_tiff(stack))])
    find(app.slider, "choice_plane").set_value(4).run()
    app.selectbox(key="choice_image_shown").set_value(1).run()
    assert find(app.slider, "choice_plane").value == 2
    planes = [entry.origin.selection.plane for entry in session(app).entries]
    assert planes == [4, 2]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.tif", b""),
        ("text.tif", b"these are words\n" * 50),
        ("cut.tif", b"II*\x00\x08\x00\x00\x00\xff\xff"),
        ("<b>x</b> ![a](http://example.com/a.png).tif", b"junk"),
    ],
)
def test_a_bad_file_gets_one_sentence_and_the_session_stays(
    app, upload, disks, as_tiff, name, content
):
    upload([("good.tif", as_tiff(disks[1]))])
    before = session(app)
    upload([(name, content)])
    assert not app.exception
    assert len(app.error) == 1
    assert "http:" not in app.error[0].value.replace("\\:", "")
    assert session(app).entries == before.entries
    app.run()
    assert not app.error


def test_a_mask_of_another_shape_is_refused(app, upload, disks, as_tiff):
    labels, image = disks
    upload([("a.tif", as_tiff(image))], [("a_mask.tif", as_tiff(labels[:100]))])
    assert "same shape" in app.error[0].value
    assert session(app).entry.is_demo


def test_a_mask_without_its_image_is_named(app, upload, disks, as_tiff):
    labels, image = disks
    upload(
        [("a.tif", as_tiff(image)), ("b.tif", as_tiff(image))],
        [("a_mask.tif", as_tiff(labels)), ("c_mask.tif", as_tiff(labels))],
    )
    assert any("c\\_mask\\.tif" in warning.value for warning in app.warning)
    assert [entry.sample.labels is None for entry in session(app).entries] == [False, True]


def test_open_without_a_file_says_what_to_do(app):
    app.run()
    app.button(key="open_upload").click().run()
    assert "Choose at least one image" in app.error[0].value


def test_a_path_on_this_machine_is_opened(app, tmp_path, disks, as_tiff):
    path = tmp_path / "mine and yours.tif"
    path.write_bytes(as_tiff(disks[1], 0.5))
    app.run()
    app.text_input(key="image_path").set_value(f'"{path}"')
    app.button(key="open_path").click().run()
    assert session(app).entry.sample.image.name == "mine and yours.tif"
    app.button(key="show_demo").click().run()
    assert session(app).entry.is_demo
    assert path.exists()


def test_a_path_that_is_not_there_is_said(app, tmp_path):
    app.run()
    app.text_input(key="image_path").set_value(str(tmp_path / "nothing.tif"))
    app.button(key="open_path").click().run()
    assert "nothing\\.tif" in app.error[0].value


def test_more_than_the_limit_is_opened_only_after_consent(
    app, upload, disks, as_tiff, monkeypatch
):
    from rescale4dl_core.reading import limits

    monkeypatch.setattr(limits, "LIMIT_BYTES", 1000)
    upload([("large.tif", as_tiff(disks[1]))])
    assert session(app).entry.is_demo
    app.button(key="leave_large").click().run()
    assert not app.error
    upload([("large.tif", as_tiff(disks[1]))])
    app.button(key="allow_large").click().run()
    assert session(app).entry.sample.image.name == "large.tif"


@pytest.mark.parametrize("row", FORMATS, ids=str)
def test_the_help_of_the_uploads_names_every_format(app, row):
    app.run()
    assert row.in_words in app.file_uploader(key="images").help
    assert (row.in_words in app.file_uploader(key="masks").help) != row.holds_labels
