"""`rescale4dl plan`: the contract, and what it refuses."""

import json

import pytest

from rescale4dl_core.cli import main
from rescale4dl_core.exports.plan_file import plan_from_json
from rescale4dl_core.inference.store import card_of
from rescale4dl_core.study.atlas import read_atlas

LENSES = """name,magnification,numerical_aperture,immersion,field_number_mm
dry,20,0.75,air,25
oil,60,1.4,oil,25
"""
CAMERAS = "name,pitch_um,rows_px,columns_px\nsCMOS,6.5,2048,2048\n"

FIELDS = {
    *("objective", "camera", "binning", "pixel_size_um", "coverage_percent", "fov_um"),
    *("nyquist_ratio", "objects_per_s", "duration_s", "storage_bytes", "relative_dose"),
    "in_window",
}


@pytest.fixture
def plan(tmp_path, capsys):
    """Return a function that runs the command on two lenses and a camera."""
    lenses, cameras = tmp_path / "lenses.csv", tmp_path / "cameras.csv"
    lenses.write_text(LENSES)
    cameras.write_text(CAMERAS)
    tables = ["--objectives", str(lenses), "--cameras", str(cameras)]

    def run(*arguments):
        code = main(["plan", *tables, *arguments])
        return code, capsys.readouterr()

    return run


def rows(output):
    return json.loads(output.out)["configurations"]


def test_every_configuration_is_listed_best_first_with_the_fields_of_the_contract(plan):
    code, output = plan("--diameter-um", "10", "--binning", "1", "2", "--json")
    assert code == 0
    found = rows(output)
    assert len(found) == 4
    assert all(set(row) >= FIELDS for row in found)
    best = found[0]
    assert (best["objective"], best["binning"]) == ("dry", 2)
    assert best["pixel_size_um"] == pytest.approx(0.65)
    assert best["coverage_percent"] == pytest.approx(6.5)
    assert best["fov_um"] == pytest.approx({"y": 665.6, "x": 665.6})
    assert best["in_window"] is True
    assert [row["in_window"] for row in found] == [True, False, False, False]


def test_objects_are_counted_at_the_density_given_else_at_the_ceiling(plan):
    _, output = plan("--diameter-um", "10", "--density-per-um2", "1e-3", "--json")
    answer = json.loads(output.out)
    assert answer["density_source"] == "given"
    best = answer["configurations"][0]
    assert best["objects_per_s"] == pytest.approx(665.6**2 * 1e-3 / 2.6)
    assert best["duration_s"] == pytest.approx(3 * 2.6)  # 443 in a field, 1000 wanted
    _, output = plan("--diameter-um", "10", "--json")
    assert json.loads(output.out)["density_source"] == "ceiling"


def test_another_window_and_the_sample_as_taken_change_the_answer(plan):
    _, output = plan("--diameter-um", "10", "--window", "2", "6", "--json")
    assert rows(output)[0]["binning"] == 1
    arguments = ["--pixel-size", "0.325", "--na", "0.75", "--equal-light", "--json"]
    _, output = plan("--diameter-um", "10", *arguments)
    answer = json.loads(output.out)
    assert answer["relative_to"] == "sample as taken"
    same = next(r for r in answer["configurations"] if r["pixel_size_um"] == 0.325)
    assert same["relative_dose"] == pytest.approx(1)
    assert same["exposure_s"] == pytest.approx(0.1)


def test_the_catalogue_that_ships_is_ranked_and_read_by_a_person(capsys):
    assert main(["plan", "--diameter-um", "15"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "configurations for objects of 15 um, best first" in lines[0]
    assert lines[1].startswith("  1. ")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--diameter-um", "0"], "diameter"),
        (["--diameter-um", "10", "--window", "16", "4"], "Exchange"),
        (["--diameter-um", "10", "--overlap-percent", "100"], "less than 100 %"),
        (["--diameter-um", "10", "--exposure-s", "-1"], "exposure must be 0 s or more"),
        (["--diameter-um", "10", "--binning", "0"], "whole number"),
        (["--diameter-um", "10", "--relay", "0"], "relay"),
        (["--diameter-um", "10", "--equal-light"], "aperture are known"),
        (["--diameter-um", "10", "--objectives", "none.csv"], "none.csv cannot be read"),
        (["--diameter-um", "10", "--model", "none"], "no network 'none'"),
        (["--diameter-um", "10", "--camera", "Zyla"], "None of the 1 cameras"),
        (["--diameter-um", "10", "--save", "plan.doc"], "none of the endings"),
        (["--diameter-um", "10", "--planes", "few"], "a whole number or auto"),
        (["--diameter-um", "10", "--na", "-3"], "numerical aperture"),
        (["--diameter-um", "10", "--pixel-size", "1", "--na", "5"], "at most 1.8 in any"),
        (["--diameter-um", "10", "--binning", "5000"], "cannot be binned 5000"),
        (["--diameter-um", "10", "--save", "a.pos", "./a.pos"], "named twice"),
        (["--diameter-um", "10", "--objectives", ""], "cannot be read"),
        (["--diameter-um", "10", "--window", "1", "2", "--model", "m"], "not allowed with"),
        (["--diameter-um", "10", "--take", "99"], "ranks 1 to 6"),
        ([], "--diameter-um"),
    ],
)
def test_bad_input_is_one_sentence(plan, arguments, words):
    code, output = plan(*arguments)
    assert code == 2
    assert output.out == ""
    assert words in output.err
    assert output.err.count("\n") == 1


def test_a_table_with_a_bad_row_names_it(plan, tmp_path):
    bad = tmp_path / "bad.csv"
    bad.write_text("name,magnification,numerical_aperture\na,60,1.4\n")
    code, output = plan("--diameter-um", "10", "--objectives", str(bad))
    assert code == 2
    assert "bad.csv, a in row 2" in output.err


def test_a_network_brings_its_window_and_what_it_scores_on_test_images(plan):
    _, output = plan("--diameter-um", "10", "--model", "stardist-nuclei-fluo", "--json")
    answer = json.loads(output.out)
    card = card_of("stardist-nuclei-fluo")
    window = [card.window.low_percent, card.window.high_percent]
    assert answer["window_percent"] == window
    assert "test images" in answer["score_source"]
    first = read_atlas(card).curves[0]
    iou = {p.coverage_percent: p.sample_grid.mean for p in first.points}
    for row in answer["configurations"]:
        if min(iou) <= row["coverage_percent"] <= max(iou):
            assert min(iou.values()) <= row["expected_iou"] <= max(iou.values())
        else:
            assert row["expected_iou"] is None
    assert any(row["expected_iou"] for row in answer["configurations"])


def test_names_choose_among_objectives_and_cameras(plan):
    _, output = plan("--diameter-um", "10", "--objective", "DRY", "--json")
    assert {row["objective"] for row in rows(output)} == {"dry"}


def test_the_pixel_sizes_of_micro_manager_are_ranked_for_the_camera_they_were_made_with(
    plan, tmp_path, capsys
):
    cfg = tmp_path / "scope.cfg"
    cfg.write_text("Device,Cam,X,X\nPixelSize_um,20x/0.8,0.325\n")
    _, output = plan("--diameter-um", "5", "--objectives", str(cfg), "--json")
    assert rows(output)[0]["objective"] == "20x/0.8"
    assert rows(output)[0]["pixel_size_um"] == pytest.approx(0.325)
    assert main(["plan", "--diameter-um", "5", "--objectives", str(cfg)]) == 2
    assert "--camera NAME" in capsys.readouterr().err


def test_a_rank_is_written_as_every_kind_of_file_or_as_none(plan, tmp_path):
    names = ("p.json", "p.useq.yaml", "p.useq.json", "p.pos", "p.cfg", "p.txt")
    paths = [tmp_path / "out" / name for name in names]
    arguments = ["--diameter-um", "10", "--take", "2", "--save", *map(str, paths)]
    _, output = plan(*arguments, "--json")
    answer = json.loads(output.out)
    assert answer["written"] == [str(path) for path in paths]
    saved = plan_from_json(paths[0].read_text())
    second = answer["configurations"][1]
    assert saved.expected.rank == 2
    assert saved.pixel_um == pytest.approx(second["pixel_size_um"])
    paths[0].unlink()
    code, output = plan(*arguments)
    assert code == 2
    assert "exists already" in output.err
    assert not paths[0].exists()


def test_what_had_to_be_assumed_is_said(plan):
    _, output = plan("--diameter-um", "10", "--na", "0.75", "--json")
    discs, unused = json.loads(output.out)["cautions"]
    assert "counted as discs of 10 µm" in discs
    assert unused.startswith("--na was not used")
    _, output = plan("--diameter-um", "10", "--area-um2", "30", "--pixel-size", "0.3")
    assert "! The aperture that the sample was taken with is not known" in output.out
    arguments = ["--area-um2", "30", "--pixel-size", "0.3", "--na", "0.75", "--json"]
    _, output = plan("--diameter-um", "10", *arguments)
    assert json.loads(output.out)["cautions"] == []
    _, output = plan("--diameter-um", "10", "--density-per-um2", "1", "--json")
    assert "more than fit edge to edge (0.0127)" in json.loads(output.out)["cautions"][0]


def test_structure_and_time_lapses_are_planned(plan):
    relay = ["--relay", "1", "2"]
    _, output = plan("--diameter-um", "10", "--purpose", "structure", *relay, "--json")
    best = rows(output)[0]
    # 6.5 um / 40 is finer than 520 nm / (4 x 0.75) = 0.173 um
    assert (best["objective"], best["relay"], best["binning"]) == ("dry", 2, 1)
    assert best["standing"] == "good"
    lapse = ["--timepoints", "3", "--interval-s", "3600", "--objects", "1"]
    _, output = plan("--diameter-um", "10", *lapse, "--json")
    # Two waits of an hour and a last round of 2.6 s.
    assert rows(output)[0]["duration_s"] == pytest.approx(7202.6)


def test_scores_on_images_that_a_network_learnt_from_are_called_so(plan):
    _, output = plan("--diameter-um", "1", "--model", "unet-bacteria-phase", "--json")
    source = json.loads(output.out)["score_source"]
    assert "learnt from" in source
    assert "test images" not in source


def test_a_whole_name_wins_over_those_that_hold_it(capsys):
    name = "Teledyne Photometrics Kinetix"
    assert main(["plan", "--diameter-um", "10", "--camera", name, "--json"]) == 0
    found = rows(capsys.readouterr())
    assert {row["camera"] for row in found} == {name}


def test_grids_that_run_into_the_next_well_are_told(plan, tmp_path):
    arguments = ["--wells", "96", "--density-per-um2", "1e-6"]
    saved = ["--save", str(tmp_path / "plan.json")]
    _, output = plan("--diameter-um", "15", *arguments, *saved)
    assert "it runs into the next one" in output.out


def test_a_point_scanner_does_not_bin_and_needs_its_scan_formats(plan, capsys):
    _, output = plan("--diameter-um", "10", "--modality", "point-scanner", "--json")
    assert {row["binning"] for row in rows(output)} == {1}
    assert main(["plan", "--diameter-um", "10", "--modality", "point-scanner"]) == 0
    assert "a point scanner has none" in capsys.readouterr().out
