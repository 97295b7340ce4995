"""`recommend --model`: tried on the images, or by what the atlas knows."""

import json

import numpy as np
import pytest
import tifffile

from rescale4dl_core.cli import main
from rescale4dl_core.inference import store
from rescale4dl_core.study.atlas import AtlasCurve, AtlasPoint, NetworkAtlas, atlas_text
from rescale4dl_core.study.object_facts import ObjectFacts
from rescale4dl_core.study.results import Interval
from tests.conftest import disk_labels
from tests.small_networks import MEAN_SPEC, card_of, mean_filter, ship

NAME = "finds-bright"


@pytest.fixture(scope="module")
def disks(tmp_path_factory):
    """Write nine bright disks of about 20 px and their mask, 0.1 um per pixel."""
    folder = tmp_path_factory.mktemp("disks")
    places = [(20 + 36 * (i // 3), 20 + 36 * (i % 3), 9.5 + i % 3 / 2) for i in range(9)]
    labels = disk_labels((112, 112), *places)
    tags = {"imagej": True, "resolution": (10, 10), "metadata": {"unit": "um"}}
    pixels = np.where(labels.pixels > 0, 4000, 100).astype(np.uint16)
    tifffile.imwrite(folder / "d.tif", pixels, **tags)
    tifffile.imwrite(folder / "mask.tif", labels.pixels.astype(np.uint16), **tags)
    return folder / "d.tif", folder / "mask.tif"


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    content = mean_filter(1)
    ship(tmp_path, card_of(content, MEAN_SPEC, NAME), content)
    monkeypatch.setattr(store, "FOLDER", tmp_path)
    return tmp_path


@pytest.fixture
def answer(shipped, disks, capsys):
    """Run the command on the disks with --json and return what it printed."""

    def run(*arguments):
        code = main(["recommend", str(disks[0]), *map(str, arguments), "--json"])
        output = capsys.readouterr()
        assert code == 0, output.err
        return json.loads(output.out)

    return run


def test_with_a_mask_the_score_at_the_ratio_is_that_of_the_sweep(answer, disks, capsys):
    advice = answer("--labels", disks[1], "--model", NAME)
    command = ["sweep", disks[0], "--labels", disks[1], "--model", NAME, "--no-stability"]
    assert main([*map(str, command), "--json"]) == 0
    scales = json.loads(capsys.readouterr().out)["scales"]
    scores = {scale["ratio"]: scale["iou_sample_grid"] for scale in scales}
    assert advice["expected_iou"] == pytest.approx(scores[advice["ratio"]])
    assert scores[advice["ratio"]] >= 0.95 * max(scores.values())
    low, high = advice["expected_iou_low"], advice["expected_iou_high"]
    assert low <= advice["expected_iou"] <= high
    assert advice["basis"] == "overlap with the mask of your images"
    assert advice["network"] == NAME
    assert advice["expected_recall"] > 0.9
    assert advice["effective_objects_per_hour"] > 0


def test_the_tolerance_lets_pixels_grow(answer, disks):
    strict = answer("--labels", disks[1], "--model", NAME, "--tolerance", 0)
    loose = answer("--labels", disks[1], "--model", NAME, "--tolerance", 30)
    assert strict["ratio"] < loose["ratio"]
    assert strict["expected_iou"] >= loose["expected_iou"]


def test_without_a_mask_it_is_the_stability(answer):
    advice = answer("--model", NAME)
    assert advice["basis"] == "stability on your images"
    assert advice["expected_iou"] is None
    assert any("stable and wrong" in caution for caution in advice["cautions"])


def test_without_a_sweep_and_an_atlas_the_window_decides(answer, disks):
    advice = answer("--labels", disks[1], "--model", NAME, "--no-sweep")
    card = store.card_of(NAME)
    low, high = card.window.low_percent, card.window.high_percent
    assert advice["window_percent"] == pytest.approx([low, high])
    assert advice["basis"] is None
    assert advice["expected_iou"] is None


def test_without_a_sweep_the_atlas_tells_what_to_expect(answer, disks, shipped):
    points = tuple(
        AtlasPoint(percent, score, score, 0.7, 0.95, 0.97, 0.9, 12, 300)
        for percent, score in (
            (4.0, Interval(0.88, 0.86, 0.90)),
            (8.0, Interval(0.85, 0.83, 0.87)),
            (16.0, Interval(0.5, 0.4, 0.6)),
        )
    )
    facts = ObjectFacts(20.0, 1.05, 1.0, 0.0)
    curve = AtlasCurve("disks", "all", False, facts, points)
    card = store.card_of(NAME)
    atlas = NetworkAtlas(NAME, card.sha256, "by a test", (curve,))
    (shipped / NAME / "atlas.json").write_text(atlas_text(atlas), encoding="utf-8")
    advice = answer("--labels", disks[1], "--model", NAME, "--no-sweep")
    assert advice["coverage_percent"] == pytest.approx(8.0)
    assert advice["expected_iou"] == pytest.approx(0.85)
    assert (advice["expected_iou_low"], advice["expected_iou_high"]) == (0.7, 0.95)
    assert any("much alike" in reason for reason in advice["reasons"])


def test_fields_and_hours_are_told_on_request(answer, disks):
    advice = answer("--labels", disks[1], "--no-sweep", "--cells", 5000, "--difference", 10)
    assert advice["for_cells"]["n_objects_found"] == 5000
    assert advice["for_cells"]["n_fields"] >= 1
    assert advice["for_difference"]["n_each"] >= 2
    assert advice["for_difference"]["effort"]["hours"] > 0


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (["--tolerance", "70"], "between 0 and 50"),
        (["--cells", "0"], "1 object or more"),
        (["--difference", "-3"], "difference to detect"),
        (["--model", "nobody"], "no network 'nobody'"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_sentence(
    shipped, disks, capsys, wrong, words
):
    command = ["recommend", *disks[:1], "--labels", disks[1], *wrong]
    assert main([*map(str, command)]) == 2
    output = capsys.readouterr()
    assert words in output.err
    assert output.out == ""
