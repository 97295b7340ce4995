"""Predictions at several pixel sizes are evaluated, and the answer stays."""

import io
import zipfile

from pages._ui.data_sets import evaluation
from pages._ui.data_sets.work import evaluate
from rescale4dl_core.errors import CancelledError

EVALUATE = "pages/evaluate_segmentations.py"


def summary(app):
    return app.dataframe[0].value.set_index("name")


def test_predictions_are_evaluated_as_soon_as_they_are_opened(send, predictions, zipped):
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


def test_what_has_no_partner_is_named(send, predictions, zipped, texts):
    del predictions["ds/OG/Prediction/b.tif"]
    app = send(EVALUATE, zipped({**predictions, "__MACOSX/ds/x": b"", "ds/new/a.tif": b""}))
    assert "b\\.tif\\: not scored; the ground truth has no prediction" in texts(app)
    assert "new\\: the folder was left out" in texts(app)
    assert "1 file that the system had added" in texts(app)


def test_the_evaluation_is_there_when_the_page_is_entered_again(
    app, send, predictions, zipped
):
    send(EVALUATE, zipped(predictions))
    app.multiselect(key="choice_treated").set_value(["a.tif"]).run()
    app.switch_page("pages/objects.py").run()
    app.switch_page(EVALUATE).run()
    assert summary(app)["iou"]["OG"] == 1.0
    assert app.multiselect(key="choice_treated").value == ["a.tif"]


def test_a_bad_zip_gets_one_sentence_and_what_was_there_stays(
    send, predictions, zipped, uploaded
):
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


def test_another_data_set_takes_the_place_of_the_one_before(
    send, predictions, zipped, texts, uploaded
):
    app = send(EVALUATE, zipped(predictions))
    others = {n.replace("ds/", "new/"): v for n, v in predictions.items() if "OG" in n}
    send(EVALUATE, zipped(others), "new.zip")
    assert list(summary(app).index) == ["OG"]
    assert "**new**" in texts(app)
    assert len(uploaded(app)) == 1


def test_the_zip_itself_is_not_kept_beside_its_files(send, predictions, zipped):
    app = send(EVALUATE, zipped(predictions))
    assert list(app.session_state["uploads"].path.rglob("*.zip")) == []


def test_treated_images_are_compared_with_the_others(
    app, send, predictions, squares, zipped, texts
):
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


def test_everything_is_packed_into_one_zip(app, send, predictions, zipped):
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


def test_a_score_of_the_user_is_shown_like_the_others(app, send, predictions, zipped):
    send(EVALUATE, zipped(predictions))
    own = b"def score(gt, prediction):\n    return {'one_half': 0.5}\n"
    app.file_uploader(key="evaluation_metrics").set_value(
        [("own.py", own, "text/x-python")]
    )
    app.button(key="evaluate_again").click().run()
    assert not app.exception
    assert len(app.get("vega_lite_chart")) == 5
    assert set(app.dataframe[0].value.one_half) == {0.5}
    assert any("one_half" in frame.value.columns for frame in app.dataframe[1:])


def test_a_score_that_fails_is_said_and_the_evaluation_stays(
    app, send, predictions, zipped
):
    send(EVALUATE, zipped(predictions))
    app.file_uploader(key="evaluation_metrics").set_value(
        [("own.py", b"1 +", "text/plain")]
    )
    app.button(key="evaluate_again").click().run()
    assert "own\\.py cannot be run" in app.error[0].value
    assert summary(app)["iou"]["OG"] == 1.0


def test_maps_can_be_read_as_masks(app, send, predictions, zipped, texts):
    send(EVALUATE, zipped(predictions))
    app.selectbox(key="evaluation_kind").set_value(evaluation.Kind.BINARY)
    app.button(key="evaluate_again").click().run()
    assert summary(app)["iou"]["downsampling_2"] == 0.75
    assert "Set by you" in texts(app)


def test_a_folder_of_this_machine_is_read_in_place(app, tmp_path, predictions, zipped):
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


def test_a_stopped_evaluation_says_how_to_start_again(
    send, predictions, monkeypatch, zipped
):
    def stopped(wanted, progress):
        raise CancelledError("Stopped.")

    monkeypatch.setattr(evaluation, "evaluate", stopped)
    app = send(EVALUATE, zipped(predictions))
    assert "Stopped" in app.error[0].value
    assert "Evaluate again" in app.info[0].value
    monkeypatch.setattr(evaluation, "evaluate", evaluate)
    app.button(key="evaluate_again").click().run()
    assert summary(app)["iou"]["OG"] == 1.0
