"""The fields of the JSON, and laws that hold for every recommendation."""

import json
import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rescale4dl_core.advice.coverage_rule import Purpose
from rescale4dl_core.advice.recommend import recommend
from rescale4dl_core.advice.recommendation import recommendation_fields
from rescale4dl_core.planning.sampling import Optics
from rescale4dl_core.window import Window

WINDOW = Window(4, 16, "a network that sees 50 px")

PROMISED = [
    "pixel_size_um",
    "ratio",
    "coverage_percent",
    "window_percent",
    "diameter_px",
    "diameter_um",
    "throughput_gain",
    "throughput_gain_by_binning",
    "storage_ratio",
    "expected_iou",
    "expected_iou_low",
    "expected_iou_high",
    "evidence",
    "reasons",
    "cautions",
    "n_objects",
    "n_border",
]


def test_the_promised_fields_are_there_with_their_values(alike):
    fields = recommendation_fields(
        recommend(alike(50, pixel_um=0.1), window=WINDOW, optics=Optics(0.3))
    )
    assert set(PROMISED) <= set(fields)
    assert fields["pixel_size_um"] == pytest.approx(0.4)
    assert fields["pixel_size_now_um"] == pytest.approx(0.1)
    assert fields["ratio"] == 4
    assert fields["coverage_percent"] == 8
    assert fields["coverage_now_percent"] == 2
    assert fields["window_percent"] == [4, 16]
    assert fields["ratio_range"] == pytest.approx([2, 8])
    assert fields["pixel_size_range_um"] == pytest.approx([0.2, 0.8])
    assert (fields["diameter_px"], fields["diameter_um"]) == (50, pytest.approx(5))
    assert fields["throughput_gain"] == 16
    assert fields["throughput_gain_by_binning"] == 1
    assert fields["storage_ratio"] == fields["light_ratio"] == pytest.approx(1 / 16)
    assert fields["verdict"] == "go coarser"
    assert fields["confidence"] == "moderate"
    assert fields["expected_iou"] is None
    assert {"source", "statement", "value"} == set(fields["evidence"][0])
    assert fields["images"][0]["n_objects"] == 100


def test_an_unknown_pixel_size_makes_every_length_null(alike):
    fields = recommendation_fields(
        recommend(alike(50, pixel_um=None), window=WINDOW, optics=Optics(0.3))
    )
    lengths = {name: value for name, value in fields.items() if name.endswith("_um")}
    assert len(lengths) == 4
    assert set(lengths.values()) == {None}
    assert fields["ratio"] == 4


def test_an_open_answer_is_null_and_still_json(alike):
    fields = recommendation_fields(recommend(alike(50), purpose=Purpose.STRUCTURE))
    for name in ("pixel_size_um", "ratio", "coverage_percent", "throughput_gain"):
        assert fields[name] is None
    assert fields["throughput_gain_by_binning"] is None
    json.dumps(fields, allow_nan=False)


sizes = st.lists(
    st.lists(st.floats(min_value=1, max_value=2000), max_size=40), min_size=1, max_size=4
).filter(lambda images: any(images))


@settings(deadline=None, max_examples=120)
@given(
    sizes,
    st.sampled_from(Purpose),
    st.none() | st.floats(min_value=0.01, max_value=50),
    st.none() | st.floats(min_value=0.05, max_value=1.0),
    st.none() | st.floats(min_value=1, max_value=2000),
)
def test_every_answer_is_json_and_every_sentence_can_be_read(
    measured, sizes, purpose, pixel_um, aperture, other_px
):
    measurement = measured(
        *(np.array(image) for image in sizes), pixel_um=pixel_um, other_diameter_px=other_px
    )
    optics = None if aperture is None else Optics(aperture)
    advice = recommend(measurement, purpose=purpose, optics=optics)
    fields = json.loads(json.dumps(recommendation_fields(advice), allow_nan=False))
    assert fields["reasons"]
    assert fields["cautions"]
    for sentence in (*fields["reasons"], *fields["cautions"]):
        assert re.fullmatch(r"[A-Z0-9].*\. \[.+\]", sentence), sentence
    for sentence in (advice.headline, advice.confidence.sentence, *advice.gains):
        assert sentence.endswith(".")
        assert not re.search(r"nan|inf\b|None|e[+-]\d|  ", sentence), sentence
    if advice.ratio is not None and purpose is not Purpose.STRUCTURE:
        low, high = advice.window_percent
        assert low * 0.999 <= advice.coverage_percent <= high * 1.001
        assert 0 <= advice.share_inside_percent <= 100
        assert math.isclose(fields["throughput_gain"] * fields["storage_ratio"], 1)
