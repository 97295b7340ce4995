"""Files that version 0.1 saved open with every value that they were saved with."""

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from rescale4dl_core.advice.coverage_rule import Purpose
from rescale4dl_core.errors import CatalogueError, SessionError
from rescale4dl_core.exports.plan_file import plan_from_json, plan_json
from rescale4dl_core.measuring.measurement import Aggregate, Estimator
from rescale4dl_core.microscope.camera import CameraKind
from rescale4dl_core.microscope.light import Modality
from rescale4dl_core.planning.gain import Detector, Route
from rescale4dl_core.planning.timing import FieldTiming
from rescale4dl_core.segmentation.threshold import Threshold
from rescale4dl_core.session.choices import KeptPlan, ObjectSource
from rescale4dl_core.session.plan_link import plan_of_query, query_of
from rescale4dl_core.session.session_file import load_session, save_session

SAVED = Path(__file__).parents[1] / "data" / "saved_0_1"

MAGNIFICATION, BINNING = Route.MAGNIFICATION, Route.BINNING
SESSIONS = (
    (Purpose.COUNTING, None, None, None, MAGNIFICATION, Modality.WIDEFIELD),
    (
        *(Purpose.SIZE, ObjectSource.MASK, Estimator.EQUIVALENT_CIRCLE),
        *(Threshold.OTSU, BINNING, Modality.TRANSMITTED),
    ),
    (
        *(Purpose.STRUCTURE, ObjectSource.DRAWN, Estimator.SKELETON),
        *(Threshold.LI, MAGNIFICATION, Modality.SPINNING_DISK),
    ),
    (
        *(Purpose.COUNTING, ObjectSource.SEGMENTED, None),
        *(Threshold.TRIANGLE, MAGNIFICATION, Modality.POINT_SCANNER),
    ),
    (
        *(Purpose.COUNTING, ObjectSource.NETWORK, None),
        *(Threshold.LOCAL, MAGNIFICATION, Modality.WIDEFIELD),
    ),
    (
        *(Purpose.COUNTING, ObjectSource.SEGMENTED, None),
        *(Threshold.MANUAL, MAGNIFICATION, Modality.WIDEFIELD),
    ),
)
"""What the program that wrote session_0.zip, session_1.zip, ... was told."""


@pytest.mark.parametrize("number", range(len(SESSIONS)))
def test_a_session_of_version_0_1_opens_with_all_that_was_chosen(number):
    purpose, source, estimator, threshold, route, modality = SESSIONS[number]
    session = load_session((SAVED / f"session_{number}.zip").read_bytes())
    choices = session.choices
    assert (choices.purpose, choices.object_source) == (purpose, source)
    assert (choices.estimator, choices.route) == (estimator, route)
    detector = Detector.CCD if route is BINNING else Detector.SCMOS
    aggregate = Aggregate.MEDIAN if route is BINNING else Aggregate.MEAN
    assert (choices.detector, choices.aggregate) == (detector, aggregate)
    assert (choices.classical and choices.classical.threshold) == threshold
    assert choices.timing == FieldTiming(exposure_s=0.25, n_channels=2, n_planes=3)
    assert choices.plan.modality is modality
    assert choices.plan.cameras[0].kind is CameraKind.CCD
    assert choices.plan.chosen.binning == 2
    timing = FieldTiming(exposure_s=0.1)
    assert choices.plan.kept == (KeptPlan("plan A", timing, 2.0, route, detector),)
    assert (choices.sweep.ratios, choices.look.brightest_e) == ((2.0, 4.0), 900.0)
    first, second = session.entries
    assert session.current == 1
    assert first.sample.image.known.size.y_um == 0.3
    assert (len(first.drawn), second.sample.labels) == (1, None)
    assert set(first.predicted.pixels.flat) == {0, 1, 2, 3, 4}
    assert load_session(save_session(session)).choices == choices


WORDS = {
    ("purpose", "structure inside the cells", "structure"),
    ("object_source", "diameters drawn by hand", "drawn"),
    ("classical.threshold", "typed in", "typed_in"),
    ("detector", "CCD", "ccd"),
    ("plan.modality", "point-scanning confocal", "point_scanner"),
    ("plan.kept[0].detector", "CCD", "ccd"),
    ("plan.kept[1].detector", "sCMOS", "scmos"),
    ("plan.kept[1].route", "another magnification", "magnification"),
}
"""What `session_changed.zip` says in words, and as what it is saved today."""


def test_a_session_with_no_choice_at_its_default_keeps_every_value():
    data = (SAVED / "session_changed.zip").read_bytes()
    session = load_session(data)
    before, now = _choices_in(data), _choices_in(save_session(session))
    assert set(_differences(before, now)) == WORDS
    assert [entry.is_demo for entry in session.entries] == [True, False]
    assert session.entries[0].sample.image.pixel_size is None
    assert session.entries[1].sample.image.known.notes == ("a note",)


def _choices_in(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return json.loads(archive.read("session.json"))["choices"]


def _differences(before, now, path=""):
    if isinstance(before, dict):
        assert before.keys() == now.keys(), path
        for name, value in before.items():
            yield from _differences(value, now[name], f"{path}.{name}".lstrip("."))
    elif isinstance(before, list):
        assert len(before) == len(now), path
        for index, value in enumerate(before):
            yield from _differences(value, now[index], f"{path}[{index}]")
    elif before != now:
        yield path, before, now


PLANS = {
    "plan_0_0": (Modality.WIDEFIELD, "good"),
    "plan_0_3": (Modality.WIDEFIELD, "outside"),
    "plan_1_0": (Modality.TRANSMITTED, "good"),
    "plan_1_3": (Modality.TRANSMITTED, "outside"),
    "plan_2_0": (Modality.SPINNING_DISK, "good"),
    "plan_2_3": (Modality.SPINNING_DISK, "outside"),
    "plan_3_0": (Modality.POINT_SCANNER, "good"),
    "plan_3_3": (Modality.POINT_SCANNER, "outside"),
    "plan_blurred": (Modality.WIDEFIELD, "blurred"),
    "plan_structure_0": (Modality.WIDEFIELD, "good"),
    "plan_structure_1": (Modality.WIDEFIELD, "coarse"),
    "plan_sample_as_taken": (Modality.WIDEFIELD, "good"),
    "plan_unknown_aperture": (Modality.WIDEFIELD, "good"),
}
REFERENCE_RANKS = {"first row": 1, "row 3, the first of known aperture": 3}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("dose_relative_to", "row 0x3"),
        ("dose_relative_to", None),
        ("modality", "by candle"),
        ("modality", None),
        ("standing", "fair"),
    ],
)
def test_words_that_version_0_1_never_wrote_are_not_guessed_at(name, words):
    content = json.loads((SAVED / "plan_0_0.json").read_text(encoding="utf-8"))
    content["plan"]["expected"][name] = words
    with pytest.raises(CatalogueError, match=name):
        plan_from_json(json.dumps(content))


@pytest.mark.parametrize("name", PLANS)
def test_a_plan_of_version_0_1_opens_with_all_its_figures(name):
    text = (SAVED / f"{name}.json").read_text(encoding="utf-8")
    before = json.loads(text)["plan"]
    plan = plan_from_json(text)
    expected = plan.expected
    assert (expected.modality, expected.standing) == PLANS[name]
    assert expected.standing_in_words == before["expected"]["standing"]
    assert expected.lighting_in_words == before["expected"]["modality"]
    words = [one.standing_in_words for one in plan.alternatives]
    assert words == [one["standing"] for one in before["alternatives"]]
    reference = before["expected"]["dose_relative_to"]
    assert expected.dose_reference_rank == REFERENCE_RANKS.get(reference)
    assert (expected.dose_reference_rank is None) == (reference == "sample as taken")
    assert expected.objects_per_hour == before["expected"]["objects_per_hour"]
    assert plan.field_um == tuple(before["field_um"])
    assert plan_from_json(plan_json(plan)) == plan


def test_links_of_version_0_1_still_lead_to_their_settings():
    links = json.loads((SAVED / "links.json").read_text(encoding="utf-8"))
    first, second, changed = links
    timing = FieldTiming(exposure_s=0.25)
    assert plan_of_query(first) == KeptPlan(timing=timing, route=BINNING)
    plan = KeptPlan(
        detector=Detector.CCD,
        n_wells=96,
        power_mw=2.5,
        interval_s=30.0,
        what_if_ratio=2.5,
    )
    assert plan_of_query(second) == plan
    assert plan_of_query(query_of(plan)) == plan
    whole = load_session((SAVED / "session_changed.zip").read_bytes())
    kept = replace(whole.choices.plan.kept[0], name="")
    assert plan_of_query(changed) == kept
    assert query_of(kept) == {"v": "2", **changed}


def test_what_is_saved_now_holds_identifiers_and_no_words():
    """Nothing that is saved has a space, but for names, notes and sources of the user."""
    session = load_session((SAVED / "session_2.zip").read_bytes())
    with zipfile.ZipFile(io.BytesIO(save_session(session))) as archive:
        choices = json.loads(archive.read("session.json"))["choices"]
    assert choices["purpose"] == "structure"
    assert choices["object_source"] == "drawn"
    assert choices["plan"]["modality"] == "spinning_disk"
    assert choices["classical"]["threshold"] == "li"
    plan = plan_from_json((SAVED / "plan_3_3.json").read_text(encoding="utf-8"))
    saved = json.loads(plan_json(plan))["plan"]["expected"]
    assert (saved["modality"], saved["standing"]) == ("point_scanner", "outside")


def test_a_file_of_a_later_version_says_so_in_one_sentence():
    text = (SAVED / "plan_0_0.json").read_text(encoding="utf-8")
    content = json.loads(text) | {"version": 99}
    with pytest.raises(CatalogueError, match=r"version 99; .* up to 2\. .* update"):
        plan_from_json(json.dumps(content))
    with pytest.raises(SessionError, match=r"version '99'; .* up to 2\."):
        plan_of_query({"v": "99", "n_wells": "6"})
