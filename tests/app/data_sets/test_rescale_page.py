"""A data set is rescaled into a zip file or a folder."""

import io
import zipfile

import tifffile

RESCALE = "pages/rescale_data_set.py"


def test_open_without_anything_says_what_to_do(app):
    app.run()
    app.switch_page(RESCALE).run()
    app.button(key="open_rescale_open").click().run()
    assert "Choose a zip file first" in app.error[0].value


def test_a_data_set_is_rescaled_into_a_zip(app, send, images, zipped, texts):
    send(RESCALE, zipped(images))
    assert "2 images, 1 with labels" in texts(app)
    app.multiselect(key="finer").set_value(["2"])
    app.number_input(key="rescale_pixel").set_value(0.1)
    app.button(key="rescale_start").click().run()
    assert not app.exception
    assert not app.error
    assert "2 images in 4 versions" in app.success[0].value
    (path,) = app.session_state["uploads"].path.rglob("rescaled.zip")
    with zipfile.ZipFile(path) as packed:
        shapes = {
            name: tifffile.imread(io.BytesIO(packed.read(name))).shape
            for name in packed.namelist()
            if name.endswith("/a.tif")
        }
    assert shapes == {
        f"ds/{sampling}/{kind}/a.tif": shape
        for kind in ("Images", "GT")
        for sampling, shape in {
            "OG": (32, 48),
            "downsampling_2": (16, 24),
            "downsampling_4": (8, 12),
            "upsampling_2": (64, 96),
        }.items()
    }


def test_only_the_last_zip_of_results_is_kept(app, send, images, zipped):
    send(RESCALE, zipped(images))
    for factor in ("2", "4"):
        app.multiselect(key="coarser").set_value([factor])
        app.button(key="rescale_start").click().run()
    assert len(list(app.session_state["uploads"].path.rglob("rescaled.zip"))) == 1


def test_a_data_set_is_rescaled_into_a_folder_and_never_over_other_files(
    app, send, images, tmp_path, zipped
):
    mine = tmp_path / "ds" / "OG" / "Images" / "a.tif"
    mine.parent.mkdir(parents=True)
    mine.write_bytes(b"mine")
    send(RESCALE, zipped(images))
    app.text_input(key="rescale_out").set_value(str(tmp_path))
    app.button(key="rescale_start").click().run()
    assert "in the way" in app.error[0].value
    assert "overwrite" not in app.error[0].value
    assert mine.read_bytes() == b"mine"
    app.checkbox(key="rescale_overwrite").set_value(True)
    app.button(key="rescale_start").click().run()
    assert not app.error
    assert tifffile.imread(tmp_path / "ds/downsampling_4/Images/b.tif").shape == (8, 12)


def test_what_makes_no_sense_is_refused_in_one_sentence(app, send, images, zipped):
    send(RESCALE, zipped(images))
    for choices, said in (
        ({}, "Nothing was asked for\\. Give factors, a blur or a crop\\."),
        ({"coarser": ["two"]}, "is no number"),
        ({"sigmas": ["-1"]}, "sigma"),
        ({"crop_rows": 64}, "Only one of rows and columns"),
    ):
        app.multiselect(key="coarser").set_value(choices.get("coarser", []))
        app.multiselect(key="sigmas").set_value(choices.get("sigmas", []))
        app.number_input(key="crop_rows").set_value(choices.get("crop_rows"))
        app.button(key="rescale_start").click().run()
        assert not app.exception
        assert [said in error.value for error in app.error] == [True]
        assert not app.success
