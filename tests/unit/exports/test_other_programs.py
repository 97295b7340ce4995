"""What other programs read is what was planned."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pymmcore
import pytest
import useq
from hypothesis import given, settings
from hypothesis import strategies as st

from rescale4dl_core.errors import CatalogueError, OutputError
from rescale4dl_core.exports.acquisition_plan import AcquisitionPlan, PlannedChannel
from rescale4dl_core.exports.formulas import FORMULAS, derived_of
from rescale4dl_core.exports.methods import methods_paragraph
from rescale4dl_core.exports.micro_manager_files import pixel_size_presets, position_list
from rescale4dl_core.exports.plan_file import plan_from_json, plan_json
from rescale4dl_core.exports.useq_sequence import useq_json, useq_yaml
from rescale4dl_core.microscope.catalogue import shipped_objectives
from rescale4dl_core.microscope.micromanager_cfg import read_cfg

if TYPE_CHECKING:
    from pathlib import Path


def places(sequence: useq.MDASequence) -> list[tuple[str | None, float, float]]:
    """Return name and centre of every field, in the order of useq itself."""
    seen = {
        (event.index["p"], event.index.get("g", 0)): (
            event.pos_name,
            event.x_pos,
            event.y_pos,
        )
        for event in sequence
        if event.index.get("t", 0) == 0
    }
    return list(seen.values())


def test_useq_takes_the_images_where_and_how_they_were_planned(
    plan: AcquisitionPlan,
) -> None:
    sequence = useq.MDASequence.model_validate_json(useq_json(plan))
    events = list(sequence)
    assert len(events) == plan.n_images
    expected = [(tile.well, tile.x_um, tile.y_um) for tile in plan.tiles]
    assert [place[0] for place in places(sequence)] == [name for name, _, _ in expected]
    assert [place[1:] for place in places(sequence)] == [
        pytest.approx(place[1:]) for place in expected
    ]
    assert {(e.channel.config, e.exposure) for e in events} == {
        ("DAPI", 50.0),
        ("GFP, long", 200.0),
    }
    assert sorted({round(e.z_pos, 9) for e in events}) == [-1.5, -1, -0.5, 0, 0.5, 1, 1.5]
    assert sorted({e.min_start_time for e in events}) == [0, 900, 1800, 2700, 3600]
    assert sequence.metadata["rescale4dl"]["pixel_size_um"] == plan.pixel_um


def test_yaml_and_json_say_the_same_to_useq(plan: AcquisitionPlan, tmp_path: Any) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(useq_yaml(plan), encoding="utf-8")
    from_yaml = useq.MDASequence.from_file(path)
    assert from_yaml == useq.MDASequence.model_validate_json(useq_json(plan))


def test_a_single_image_is_a_sequence_of_one(plan: AcquisitionPlan) -> None:
    single = replace(
        plan,
        grid=(1, 1),
        channels=plan.channels[:1],
        wells=plan.wells[:1],
        n_planes=1,
        n_timepoints=1,
    )
    assert len(list(useq.MDASequence.model_validate_json(useq_json(single)))) == 1


@given(n_planes=st.integers(2, 400), z_step_um=st.floats(0.05, 20))
@settings(max_examples=25, deadline=None)
def test_useq_counts_as_many_planes_as_were_planned(
    n_planes: int, z_step_um: float
) -> None:
    plan = AcquisitionPlan(
        *("lens", 20.0, 0.75, "camera", 6.5, 1, (10, 10), (3.25, 3.25), (1, 1)),
        channels=(PlannedChannel("a", 0.1),),
        tau_s=1.0,
        n_planes=n_planes,
        z_step_um=z_step_um,
    )
    sequence = useq.MDASequence.model_validate_json(useq_json(plan))
    assert sequence.z_plan is not None
    assert len(list(sequence.z_plan)) == n_planes


def test_micro_manager_positions_are_the_fields_in_the_same_order(
    plan: AcquisitionPlan,
) -> None:
    content = json.loads(position_list(plan))
    assert content["format"] == "Micro-Manager Property Map"
    assert (content["major_version"], content["minor_version"]) == (2, 0)
    positions = content["map"]["StagePositions"]["array"]
    assert len(positions) == plan.n_fields
    assert len({position["Label"]["scalar"] for position in positions}) == plan.n_fields
    for position, tile in zip(positions, plan.tiles, strict=True):
        (device,) = position["DevicePositions"]["array"]
        assert device["Device"]["scalar"] == position["DefaultXYStage"]["scalar"]
        assert device["Position_um"] == {"type": "DOUBLE", "array": [tile.x_um, tile.y_um]}
        assert position["GridRow"] == {"type": "INTEGER", "scalar": tile.row}


def test_micro_manager_presets_have_five_fields_and_the_pixel_size(
    plan: AcquisitionPlan,
) -> None:
    lines = pixel_size_presets([plan], objective_device="Nosepiece").splitlines()
    settings_ = [line.split(",") for line in lines if line.startswith("ConfigPixelSize")]
    preset = "Nikon CFI Plan Apo 20x-0.75 (MRD00201 MRD00205) 2x2"
    assert [(f[1], f[2], f[3], len(f)) for f in settings_] == [
        (preset, "Nosepiece", "Label", 5),
        (preset, "Camera", "Binning", 5),
    ]
    (size,) = [line.split(",") for line in lines if line.startswith("PixelSize_um")]
    assert (size[1], float(size[2])) == (preset, plan.pixel_um)


def test_micro_manager_itself_loads_the_presets_of_every_objective_that_ships(
    plan: AcquisitionPlan, tmp_path: Path
) -> None:
    names = [one.label for one in shipped_objectives()] + ["a!b'c*d,e/f\\g`h µ"]
    plans = [replace(plan, objective=name) for name in names]
    path = tmp_path / "pixel_size.cfg"
    path.write_text(pixel_size_presets(plans), encoding="utf-8")
    core = pymmcore.CMMCore()
    core.loadSystemConfiguration(str(path))
    presets = core.getAvailablePixelSizeConfigs()
    assert len(presets) == len(set(names))
    for preset in presets:
        assert core.getPixelSizeUmByID(preset) == pytest.approx(plan.pixel_um)
    settings_ = core.getPixelSizeConfigData(presets[0])
    found = [settings_.getSetting(i) for i in range(settings_.size())]
    assert ("Camera", "Binning", "2") in {
        (one.getDeviceLabel(), one.getPropertyName(), one.getPropertyValue())
        for one in found
    }


def test_a_list_of_too_many_positions_is_refused(plan: AcquisitionPlan) -> None:
    large = replace(plan, grid=(100, 101))  # in each of 2 wells
    with pytest.raises(OutputError, match="20,200 fields of view; lists of up to 20,000"):
        position_list(large)


def test_a_plan_file_comes_back_as_the_same_plan(plan: AcquisitionPlan) -> None:
    assert plan_from_json(plan_json(plan)) == plan


def test_a_plan_file_names_the_formula_of_every_number_that_follows(
    plan: AcquisitionPlan,
) -> None:
    content = json.loads(plan_json(plan))
    assert content["derived"] == derived_of(plan)
    assert {f["name"] for f in content["formulas"]} == set(content["derived"])
    assert all(formula.source for formula in FORMULAS)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nothing", "not JSON"),
        ("[1]", "not a plan: its format should be"),
        ('{"format": "ReScale4DL Advisor acquisition plan", "version": 9}', "version 9"),
    ],
)
def test_what_is_no_plan_file_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(CatalogueError, match=words):
        plan_from_json(text)


def test_a_plan_file_with_an_overlap_of_100_percent_is_refused(
    plan: AcquisitionPlan,
) -> None:
    damaged = plan_json(plan).replace('"overlap_percent": 10.0', '"overlap_percent": 100.0')
    with pytest.raises(CatalogueError, match=r"overlap .* Export the plan again"):
        plan_from_json(damaged)


def test_the_methods_paragraph_holds_every_number_of_the_plan(
    plan: AcquisitionPlan,
) -> None:
    text = methods_paragraph(plan, "The pixel covers 6.5 % of a cell.")
    found = {float(number) for number in re.findall(r"\d+(?:\.\d+)?", text)}
    wanted = {20, 0.75, 6.5, 2, 0.65, 1024, 665.6, 3, 4, 10, 50, 200, 7, 0.5, 5, 15}
    assert wanted <= found
    assert "2 wells" in text
    assert "Every 15 min all fields were visited, 5 times in all." in text
    assert "The pixel covers 6.5 % of a cell." in text


def test_the_methods_paragraph_leaves_out_what_was_not_planned(
    plan: AcquisitionPlan,
) -> None:
    simple = replace(
        plan,
        grid=(1, 1),
        wells=plan.wells[:1],
        n_planes=1,
        n_timepoints=1,
        binning=1,
        numerical_aperture=None,
    )
    text = methods_paragraph(simple)
    assert "One field was taken." in text
    assert "without binning" in text
    for absent in ("NA", "Stacks", "time points", "wells", "None"):
        assert absent not in text


def test_the_program_reads_its_own_pixel_size_presets(plan: AcquisitionPlan) -> None:
    coarser = replace(plan, binning=4)
    cfg = read_cfg(pixel_size_presets([plan, coarser]), name="presets.cfg")
    label = "Nikon CFI Plan Apo 20x/0.75 (MRD00201 MRD00205)"
    assert [(p.objective_label, p.binning, p.pixel_um) for p in cfg.presets] == [
        (label, 2, pytest.approx(0.65)),
        (label, 4, pytest.approx(1.3)),
    ]
