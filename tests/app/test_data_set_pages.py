"""The pages for whole data sets: what is uploaded, worked out, kept and refused."""

import io
import zipfile

import numpy as np
import pytest
import tifffile

from pages._ui import dataset_opening, evaluation_controls, rescale_controls

EVALUATE = "pages/evaluate_segmentations.py"
RESCALE = "pages/rescale_data_set.py"

ORIGINS = [(20, 20), (20, 70), (70, 20), (70, 70)]


def squares(side, shape=(96, 96)):
    """Return four squares of `side` px with room around them."""
    labels = np.zeros(shape, np.uint16)
    for index, (row, column) in enumerate(ORIGINS):
        labels[row * shape[0] // 96 :, :][:side, column * shape[1] // 96 :][:, :side] = (
            index + 1
        )
    return labels


def zipped(files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            if isinstance(content, np.ndarray):
                tiff = io.BytesIO()
                tifffile.imwrite(tiff, content, photometric="minisblack")
                content = tiff.getvalue()
            archive.writestr(name, content)
    return stream.getvalue()


@pytest.fixture
def predictions():
    """Two samplings of three images: perfect in OG, one square of four missed below it."""
    whole, half = squares(16), squares(8, (48, 48))
    missed = np.where(half == 1, 0, half)
    files = {}
    for name in ("a", "b", "c"):
        files[f"ds/OG/GT/{name}.tif"] = files[f"ds/OG/Prediction/{name}.tif"] = whole
        files[f"ds/downsampling_2/GT/{name}.tif"] = half
        files[f"ds/downsampling_2/Prediction/{name}.tif"] = missed
    return files


@pytest.fixture
def images():
    rng = np.random.default_rng(0)
    files = {
        f"ds/Images/{name}.tif": rng.integers(0, 255, (32, 48), np.uint8) for name in "ab"
    }
    return {**files, "ds/Labels/a.tif": squares(4, (32, 48))}


@pytest.fixture
def send(app):
    """Return a function that uploads a zip file on a page of data sets."""

    def open_zip(page, content, name="ds.zip"):
        slot = "open_evaluation" if page == EVALUATE else "open_rescale"
        app.switch_page(page).run()
        app.file_uploader(key=f"{slot}_zip").set_value([(name, content, "application/zip")])
        app.button(key=f"{slot}_open").click().run()
        assert not app.exception
        return app

    return open_zip


def summary(app):
    return app.dataframe[0].value.set_index("name")


def texts(app):
    return " ".join(element.value for element in [*app.markdown, *app.caption])


def uploaded(app):
    return sorted(path.name for path in app.session_state["uploads"].path.iterdir())


@pytest.mark.parametrize("page", [EVALUATE, RESCALE])
def test_an_empty_page_shows_the_folders_it_expects_and_a_way_on(app, page):
    app.run()
    app.switch_page(page).run()
    assert "my_dataset/" in app.code[0].value
    assert any("Next" in link.proto.label for link in app.get("page_link"))
    assert not app.dataframe


def test_predictions_are_evaluated_as_soon_as_they_are_opened(send, predictions):
    app = send(EVALUATE, zipped(predictions))
    assert not app.error
    assert summary(app)["iou"].to_dict() == {"OG": 1.0, "downsampling_2": 0.75}
    assert summary(app)["recall"]["downsampling_2"] == 0.75
    assert summary(app)["change_percent"]["downsampling_2"] == -25.0
    assert len(app.get("vega_lite_chart")) == 4
    assert len(app.get("image")) == 2
    assert [tab.label for tab in app.tabs] == [
        *("Each object", "Each image", "Foreground", "Each sampling")
    ]


def test_what_has_no_partner_is_named(send, predictions):
    del predictions["ds/OG/Prediction/b.tif"]
    app = send(EVALUATE, zipped({**predictions, "__MACOSX/ds/x": b"", "ds/new/a.tif": b""}))
    assert "b\\.tif\\: not scored; the ground truth has no prediction" in texts(app)
    assert "new\\: the folder was left out" in texts(app)
    assert "1 file that the system had added" in texts(app)


def test_the_evaluation_is_there_when_the_page_is_entered_again(app, send, predictions):
    send(EVALUATE, zipped(predictions))
    app.multiselect(key="choice_treated").set_value(["a.tif"]).run()
    app.switch_page("pages/objects.py").run()
    app.switch_page(EVALUATE).run()
    assert summary(app)["iou"]["OG"] == 1.0
    assert app.multiselect(key="choice_treated").value == ["a.tif"]


def test_a_bad_zip_gets_one_sentence_and_what_was_there_stays(send, predictions):
    app = send(EVALUATE, zipped(predictions))
    before = uploaded(app)
    for files, said in (
        ({"../evil.tif": b"x"}, "outside its own folder"),
        ({"ds/OG/GT/a.tif": b"x"}, "no ground truth with a prediction"),
        ({"one/OG/GT/a.tif": b"", "two/OG/GT/a.tif": b""}, "one of them at a time"),
    ):
        send(EVALUATE, zipped(files), "bad.zip")
        assert [said in error.value for error in app.error] == [True]
        assert summary(app)["iou"]["OG"] == 1.0
        assert uploaded(app) == before
    app.run()
    assert not app.error


def test_another_data_set_takes_the_place_of_the_one_before(send, predictions):
    app = send(EVALUATE, zipped(predictions))
    others = {n.replace("ds/", "new/"): v for n, v in predictions.items() if "OG" in n}
    send(EVALUATE, zipped(others), "new.zip")
    assert list(summary(app).index) == ["OG"]
    assert "**new**" in texts(app)
    assert len(uploaded(app)) == 1


def test_the_zip_itself_is_not_kept_beside_its_files(send, predictions):
    app = send(EVALUATE, zipped(predictions))
    assert list(app.session_state["uploads"].path.rglob("*.zip")) == []


def test_treated_images_are_compared_with_the_others(app, send, predictions):
    larger = squares(24)
    predictions["ds/OG/GT/c.tif"] = predictions["ds/OG/Prediction/c.tif"] = larger
    send(EVALUATE, zipped(predictions))
    app.multiselect(key="choice_treated").set_value(["c.tif"]).run()
    assert not app.error
    (line,) = [line for line in texts(app).split("\n") if "| OG | truth |" in line]
    assert "\\+50\\.0 % in diameter" in line
    assert len(app.get("vega_lite_chart")) == 5
    app.multiselect(key="choice_treated").set_value(["a.tif", "b.tif", "c.tif"]).run()
    assert "needs treated and untreated" in app.error[0].value
    assert len(app.get("vega_lite_chart")) == 4


def test_everything_is_packed_into_one_zip(app, send, predictions):
    send(EVALUATE, zipped(predictions))
    app.button(key="pack_everything").click().run()
    assert any("Download all" in b.proto.label for b in app.get("download_button"))
    with zipfile.ZipFile(app.session_state["uploads"].path / "evaluation.zip") as packed:
        names = packed.namelist()
    assert {name.rpartition(".")[2] for name in names} == {
        "csv",
        "parquet",
        "svg",
        "png",
        "pdf",
    }
    assert "ds/per_object.csv" in names
    assert "ds/plots/overlay_OG_a.png" in names


def test_a_score_of_the_user_is_shown_like_the_others(app, send, predictions):
    send(EVALUATE, zipped(predictions))
    own = b"def score(gt, prediction):\n    return {'one_half': 0.5}\n"
    app.file_uploader(key="evaluation_metrics").set_value(
        [("own.py", own, "text/x-python")]
    )
    app.button(key="evaluate_again").click().run()
    assert not app.exception
    assert len(app.get("vega_lite_chart")) == 5
    assert any("one_half" in frame.value.columns for frame in app.dataframe)


def test_a_score_that_fails_is_said_and_the_evaluation_stays(app, send, predictions):
    send(EVALUATE, zipped(predictions))
    app.file_uploader(key="evaluation_metrics").set_value(
        [("own.py", b"1 +", "text/plain")]
    )
    app.button(key="evaluate_again").click().run()
    assert "own\\.py cannot be run" in app.error[0].value
    assert summary(app)["iou"]["OG"] == 1.0


def test_maps_can_be_read_as_masks(app, send, predictions):
    send(EVALUATE, zipped(predictions))
    app.selectbox(key="evaluation_kind").set_value(evaluation_controls.Kind.BINARY)
    app.button(key="evaluate_again").click().run()
    assert summary(app)["iou"]["downsampling_2"] == 0.75
    assert "Set by you" in texts(app)


def test_a_folder_of_this_machine_is_read_in_place(app, tmp_path, predictions):
    zipfile.ZipFile(io.BytesIO(zipped(predictions))).extractall(tmp_path)
    app.run()
    app.switch_page(EVALUATE).run()
    app.text_input(key="open_evaluation_path").set_value(str(tmp_path / "ds"))
    app.button(key="open_evaluation_open").click().run()
    assert summary(app)["iou"]["OG"] == 1.0
    app.text_input(key="open_evaluation_path").set_value(str(tmp_path / "nothing"))
    app.button(key="open_evaluation_open").click().run()
    assert "no folder on this machine" in app.error[0].value
    assert (tmp_path / "ds").is_dir()


@pytest.mark.parametrize("page", [EVALUATE, RESCALE])
def test_no_path_and_no_program_is_taken_where_others_are_served(
    app, monkeypatch, send, predictions, images, page
):
    for module in (dataset_opening, evaluation_controls, rescale_controls):
        monkeypatch.setattr(module, "paths_may_be_opened", lambda: False)
    send(page, zipped(predictions if page == EVALUATE else images))
    assert not app.error
    assert not app.text_input
    if page == EVALUATE:
        assert app.file_uploader(key="evaluation_metrics").disabled


def test_open_without_anything_says_what_to_do(app):
    app.run()
    app.switch_page(RESCALE).run()
    app.button(key="open_rescale_open").click().run()
    assert "Choose a zip file first" in app.error[0].value


def test_a_data_set_is_rescaled_into_a_zip(app, send, images):
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


def test_only_the_last_zip_of_results_is_kept(app, send, images):
    send(RESCALE, zipped(images))
    for factor in ("2", "4"):
        app.multiselect(key="coarser").set_value([factor])
        app.button(key="rescale_start").click().run()
    assert len(list(app.session_state["uploads"].path.rglob("rescaled.zip"))) == 1


def test_a_data_set_is_rescaled_into_a_folder_and_never_over_other_files(
    app, send, images, tmp_path
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


def test_what_makes_no_sense_is_refused_in_one_sentence(app, send, images):
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
