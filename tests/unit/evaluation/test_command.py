"""`rescale4dl evaluate`: the fields of the contract, files whole, nothing overwritten."""

import json

import numpy as np
import pandas as pd
import pytest

from rescale4dl_core.cli import main
from rescale4dl_core.errors import OutputError
from rescale4dl_core.exports.evaluation_files import FileKind, OutputFile, write_files


@pytest.fixture
def dataset(write_dataset, squares):
    maps = {}
    for name, n_missed in (("a", 0), ("b", 8)):
        maps[f"OG/GT/{name}.tif"] = squares
        maps[f"OG/Prediction/{name}.tif"] = np.where(squares <= n_missed, 0, squares)
    return write_dataset(maps)


@pytest.fixture
def answer(capsys):
    def run(*arguments):
        code = main([*map(str, arguments), "--json"])
        output = capsys.readouterr()
        assert code == 0, output.err
        return json.loads(output.out)

    return run


def test_the_answer_has_the_fields_of_the_contract(answer, dataset, tmp_path):
    fields = answer("evaluate", dataset, "--out", tmp_path / "out", "--plots", "svg")
    (sampling,) = fields["samplings"]
    assert sampling["name"] == "OG"
    assert (sampling["ratio"], sampling["n_images"], sampling["n_objects"]) == (1, 2, 32)
    assert sampling["iou_instance"] == sampling["iou_binary"] == 0.75
    assert sampling["iou_semantic"] is None
    assert sampling["coverage_percent"] == pytest.approx(100 / sampling["diameter_px"])
    assert sampling["objects_per_fov"] == pytest.approx(16)
    assert sampling["objects_per_fov_ceiling"] == pytest.approx(136**2 / 64)
    assert fields["kind"] == "instance"
    assert fields["problems"] == []
    names = {path.rsplit("/", 1)[-1] for path in fields["tables"]}
    assert {"per_object.csv", "per_image.csv", "binary.csv", "summary.csv"} <= names
    assert {"per_object.parquet", "summary.parquet"} <= names
    assert any(path.endswith("iou_against_coverage.svg") for path in fields["plots"])
    written = {str(path) for path in (tmp_path / "out").rglob("*.*") if path.is_file()}
    assert written == {*fields["tables"], *fields["plots"]}
    assert len(pd.read_csv(tmp_path / "out" / "per_object.csv")) == 32


def test_treated_images_and_own_scores_are_reported(answer, dataset, tmp_path):
    metric = tmp_path / "mine.py"
    metric.write_text("def score(gt, prediction): return {'mine': 1.5}")
    fields = answer(
        *("evaluate", dataset, "--out", tmp_path / "out", "--plots"),
        *("--treated", "b", "--metrics", metric),
    )
    assert fields["plots"] == []
    assert fields["samplings"][0]["custom"] == {"mine": 1.5}
    assert [effect["side"] for effect in fields["treatment"]] == ["gt", "prediction"]
    assert fields["treatment"][0]["difference_percent"] == 0
    assert (tmp_path / "out" / "treatment.csv").is_file()


def test_nothing_is_overwritten_unless_told_to(answer, dataset, tmp_path, capsys):
    arguments = ["evaluate", str(dataset), "--out", str(tmp_path / "out"), "--plots"]
    answer(*arguments)
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "summary.csv" in error
    assert "--overwrite" in error
    answer(*arguments, "--overwrite")


def test_a_person_reads_sizes_scores_and_problems(dataset, tmp_path, capsys):
    (dataset / "OG" / "GT" / "alone.tif").write_bytes(b"")
    assert main(["evaluate", str(dataset), "--out", str(tmp_path / "out"), "--plots"]) == 0
    text = capsys.readouterr().out
    assert "OG: 2 images, 32 objects, diameter 9.03 px" in text
    assert "IoU 0.750" in text
    assert "problem: OG/alone.tif: not scored; the ground truth has no prediction." in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere"], "nowhere is not a folder"),
        (["{dataset}", "--metrics", "no.py"], "no.py"),
        (["{dataset}", "--treated", "z"], "No image of dataset is called z"),
        (["{dataset}", "--kind", "objects"], "'objects'"),
    ],
)
def test_a_fault_of_the_input_is_one_sentence(arguments, words, dataset, tmp_path, capsys):
    filled = [argument.format(dataset=dataset) for argument in arguments]
    assert main(["evaluate", *filled, "--out", str(tmp_path / "out")]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert words in error
    assert not (tmp_path / "out").exists()


def test_a_file_that_fails_half_way_leaves_nothing_behind(tmp_path):
    def fails():
        raise OSError("disk full")

    files = [
        OutputFile("first.csv", FileKind.TABLE, lambda: b"1"),
        OutputFile("second.csv", FileKind.TABLE, fails),
    ]
    with pytest.raises(OutputError, match="disk full"):
        write_files(files, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["first.csv"]
