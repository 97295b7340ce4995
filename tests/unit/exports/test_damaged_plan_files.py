"""A plan file that was damaged or edited is refused in words, whatever is wrong with it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from rescale4dl_core.errors import CatalogueError
from rescale4dl_core.exports.plan_file import plan_from_json, plan_json

if TYPE_CHECKING:
    from rescale4dl_core.exports.acquisition_plan import AcquisitionPlan

HUGE = 10**399


@pytest.fixture
def content(plan: AcquisitionPlan) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(plan_json(plan))
    return parsed


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"image_px": [2048]}, r"a list of 1 at plan.image_px, where 2 values were exp"),
        ({"image_px": []}, r"a list of 0 at plan.image_px"),
        ({"image_px": [2048, 2048, 7]}, r"a list of 3 at plan.image_px"),
        ({"grid": []}, r"a list of 0 at plan.grid"),
        ({"grid": [1]}, r"a list of 1 at plan.grid"),
        ({"field_um": [5.0]}, r"a list of 1 at plan.field_um"),
        ({"camera_px": [5]}, r"a list of 1 at plan.camera_px"),
        ({"grid": [2, [3]]}, r"has a list at plan.grid\[1\], where a whole number"),
        ({"grid": [10**200, 10**200]}, r"1000+.* at plan.grid\[0\]"),
        ({"grid": [10**9, 10**9]}, r"number of images is .*; plausible are"),
        (
            {"n_planes": HUGE},
            r"1000+.* at plan.n_planes, where a whole number of up to 18 digits was",
        ),
        (
            {"magnification": 1e-300, "pitch_um": 1e300},
            "magnification is 1e-300; plausible",
        ),
        ({"interval_s": 1e300}, r"between time points \(s\) is 1e\+300; plausible"),
        ({"wells": [{"name": "A1", "x_um": 1e308}]}, r"place of well A1 across \(µm\) is"),
        ({"numerical_aperture": 99.0}, "aperture of 99 is impossible"),
        ({"numerical_aperture": -1.0}, "aperture must be a positive"),
        ({"numerical_aperture": 0.0}, "aperture must be a positive"),
        (
            {"image_px": [10, 10]},
            "field is 665.6 µm high, but its 10 pixels of 0.65 µm make",
        ),
        ({"relay": 0.0}, "relay lens must be a positive"),
        ({"tube_lens_mm": 1e-99}, "tube lens .* is 1e-99; plausible"),
        ({"camera_px": [0, 5]}, "side of the camera must be a positive"),
        (
            {"objective": "Zeiss \ud800 Fluar"},
            r"has 'Zeiss \\ud800 Fluar' at plan.objective, where a text of whole letters",
        ),
    ],
)
def test_each_value_that_cannot_be_is_named(
    content: dict[str, Any], changed: dict[str, Any], words: str
) -> None:
    content["plan"].update(changed)
    with pytest.raises(CatalogueError, match=words) as caught:
        plan_from_json(json.dumps(content))
    assert str(caught.value).startswith("The plan file has ")
    assert str(caught.value).endswith("xport the plan again.")


@pytest.mark.parametrize("version", [1.0, True, "1", None, [[]], 10**50])
def test_only_the_whole_number_is_the_version(
    content: dict[str, Any], version: object
) -> None:
    content["version"] = version
    with pytest.raises(CatalogueError, match="this program reads versions up to 2"):
        plan_from_json(json.dumps(content))


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "1" + "0" * 5000])
def test_what_no_reader_of_json_follows_is_refused(text: str) -> None:
    with pytest.raises(CatalogueError, match=r"not JSON .* Export the plan again"):
        plan_from_json(text)


def test_the_window_of_what_to_expect_has_two_ends(content: dict[str, Any]) -> None:
    expected = {
        "rank": 1,
        "n_configurations": 2,
        "standing": "good",
        "diameter_um": 10.0,
        "coverage_percent": 6.5,
        "window_percent": [4.0, 16.0],
        "window_source": "published",
        "modality": "widefield",
        "emission_nm": 520.0,
        "objects_per_field": 100.0,
        "objects_per_hour": 1000.0,
        "density_per_um2": None,
        "dose_reference_rank": 1,
    }
    content["plan"]["expected"] = expected
    assert plan_from_json(json.dumps(content)).expected is not None
    for name, value, words in (
        ("window_percent", [4.0], "a list of 1 at plan.expected.window_percent"),
        ("objects_per_hour", 1e300, r"objects_per_hour is 1e\+300; plausible are"),
    ):
        content["plan"]["expected"] = {**expected, name: value}
        with pytest.raises(CatalogueError, match=words):
            plan_from_json(json.dumps(content))
