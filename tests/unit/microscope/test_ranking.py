"""The ranking of all configurations equals a loop over them, formula by formula."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rescale4dl_core.microscope.camera import Camera, CameraKind
from rescale4dl_core.microscope.configuration import Configuration, Stand
from rescale4dl_core.microscope.goal import Goal, Taken
from rescale4dl_core.microscope.light import Light, Modality
from rescale4dl_core.microscope.objective import Objective
from rescale4dl_core.microscope.ranking import rank
from rescale4dl_core.microscope.score_curve import ScoreCurve
from rescale4dl_core.planning.timing import FieldTiming
from rescale4dl_core.window import Window

CURVE = ScoreCurve(
    (1.0, 4.0, 16.0, 40.0),
    (0.7, 0.9, 0.8, 0.3),
    (0.6, 0.8, 0.7, 0.2),
    (0.8, 1.0, 0.9, 0.4),
    "made up",
    recall=(0.8, 0.95, 0.9, 0.5),
)


def between(low, high):
    return st.floats(low, high, allow_nan=False)


lenses = st.builds(
    Objective,
    name=st.just("lens"),
    magnification=between(1, 100),
    numerical_aperture=st.none() | between(0.05, 0.95),
    field_number_mm=st.none() | between(15, 30),
    tube_lens_mm=st.none() | st.sampled_from([165.0, 180.0, 200.0]),
)
chips = st.builds(
    Camera,
    name=st.just("camera"),
    pitch_um=between(1.5, 16),
    rows_px=st.integers(200, 6000),
    columns_px=st.integers(200, 6000),
    kind=st.sampled_from(CameraKind),
    frame_rate_hz=st.none() | between(0.5, 200),
)
stands = st.builds(
    Stand,
    objectives=st.lists(lenses, min_size=1, max_size=3).map(tuple),
    cameras=st.lists(chips, min_size=1, max_size=3).map(tuple),
    binnings=st.sampled_from([(1,), (1, 2, 4), (3, 2)]),
    relays=st.sampled_from([(1.0,), (0.5, 1.5)]),
    tube_lens_mm=st.none() | st.just(180.0),
    assumed_field_number_mm=st.none() | st.just(22.0),
)
goals = st.builds(
    Goal,
    diameter_um=between(0.5, 100),
    window=st.sampled_from([Window(4, 16, "a"), Window(1, 10, "b")]),
    curve=st.none() | st.just(CURVE),
    density_per_um2=st.none() | between(1e-6, 1),
    area_um2=st.none() | between(0.1, 1e4),
    light=st.builds(
        Light,
        modality=st.sampled_from(Modality),
        power_mw=st.none() | between(0.1, 100),
        dwell_us=between(0.5, 20),
    ),
    planes_through_objects=st.booleans(),
    timing=st.builds(
        FieldTiming,
        exposure_s=between(0.01, 1),
        n_channels=st.integers(1, 4),
        n_planes=st.integers(1, 5),
        n_timepoints=st.integers(1, 3),
    ),
    n_objects_wanted=st.integers(1, 100_000),
    n_wells=st.integers(1, 384),
    overlap_percent=between(0, 50),
    compression=between(1, 3),
    taken=st.just(Taken(0.2, 0.75)),
    equal_light=st.booleans(),
)


def by_hand(objective, camera, binning, relay, stand, goal):
    """Return the figures of one configuration, from the formulas alone."""
    tube = 1.0
    if stand.tube_lens_mm and objective.tube_lens_mm:
        tube = stand.tube_lens_mm / objective.tube_lens_mm
    total = objective.magnification * relay * tube
    pixel_um = camera.pitch_um * binning / total
    height = camera.rows_px * camera.pitch_um / total
    width = camera.columns_px * camera.pitch_um / total
    field_number = objective.field_number_mm or stand.assumed_field_number_mm
    circle = field_number * 1000 / objective.magnification if field_number else None
    share = min(1.0, circle / math.sqrt(height**2 + width**2)) if circle else 1.0
    lit_um = circle or math.sqrt(height**2 + width**2)
    na, timing, light = objective.numerical_aperture, goal.timing, goal.light
    confocal = light.modality in (Modality.SPINNING_DISK, Modality.POINT_SCANNER)
    nyquist = None
    if na:
        nyquist = 0.488 / (8 * na) if confocal else 0.52 / (4 * na)
    blurred = nyquist and nyquist / goal.diameter_um > goal.window.high_percent / 100
    power = 2 if light.modality is Modality.TRANSMITTED else 4
    grows = 0 if light.modality is Modality.POINT_SCANNER else 2
    scanner = light.modality is Modality.POINT_SCANNER
    exposure = timing.exposure_s
    if scanner:
        scanned = [
            math.floor(n * share / binning + 1e-9)
            for n in (camera.rows_px, camera.columns_px)
        ]
        exposure = light.dwell_us / 1e6 * max(1, scanned[0]) * max(1, scanned[1])
    if goal.equal_light and na:
        exposure *= (0.75 / na) ** power * (0.2 / pixel_um) ** grows
    frame = 0.0
    if camera.frame_rate_hz:
        rows_at_once = binning if camera.kind in (CameraKind.CCD, CameraKind.EMCCD) else 1
        frame = 1 / camera.frame_rate_hz / rows_at_once
    n_planes = timing.n_planes
    if goal.planes_through_objects:
        step = goal.diameter_um * goal.window.target_percent / 100
        if na:
            index = objective.immersion_index
            wave = 0.488 / 8 if confocal else 0.52 / 4
            step = max(step, wave / index / (1 - math.cos(math.asin(na / index))))
        n_planes = 1 + math.ceil(goal.diameter_um / step - 1e-9)
        if na and 0.52 * objective.immersion_index / na**2 >= goal.diameter_um:
            n_planes = 1
    n_images = timing.n_channels * n_planes
    moves = n_images * timing.z_move_s if n_planes > 1 else 0
    images = n_images * (exposure + max(frame, timing.readout_s))
    tau = timing.n_timepoints * (images + moves + timing.stage_move_s)
    coverage = 100 * pixel_um / goal.diameter_um
    new = (1 - goal.overlap_percent / 100) ** 2
    area = height * width * share**2
    per_object = goal.area_um2 or math.pi * (goal.diameter_um / 2) ** 2
    found = 1.0
    if goal.curve:
        found = CURVE.recall_at(np.clip(coverage, 1, 40)).item()
    counted = found * area * (goal.density_per_um2 or 1 / per_object)
    per_well = goal.n_objects_wanted / (counted * new)
    if counted >= goal.n_objects_wanted:
        per_well = 1
    n_fields = goal.n_wells * math.ceil(per_well * (1 - 1e-9))
    rows = math.floor(camera.rows_px * share / binning + 1e-9)
    columns = math.floor(camera.columns_px * share / binning + 1e-9)
    again = 1 if n_fields == goal.n_wells else 1 / new
    n_bytes = n_fields * rows * columns * 2 * n_images * timing.n_timepoints
    dose = None
    if light.power_mw:
        seconds = exposure * n_images * timing.n_timepoints * again
        lit_um2 = area if scanner else math.pi / 4 * lit_um**2
        dose = light.power_mw / 1000 * seconds / (lit_um2 * 1e-8)
    collected = 0 if light.modality is Modality.TRANSMITTED else 2
    relative = na and (0.75 / na) ** collected * (0.2 / pixel_um) ** 2 * again
    if na and goal.planes_through_objects:
        relative *= n_planes
    return {
        "pixel_um": pixel_um,
        "coverage_percent": coverage,
        "nyquist_ratio": nyquist and pixel_um / nyquist,
        "rayleigh_um": na and 0.61 * 0.52 / na,
        "field_height_um": height * share,
        "field_width_um": width * share,
        "image_rows_px": rows,
        "exposure_s": exposure,
        "n_planes": n_planes,
        "tau_s": tau,
        "objects_per_fov_ceiling": area / per_object,
        "objects_per_s": counted * new / tau,
        "n_fields": n_fields,
        "duration_s": n_fields * tau,
        "storage_bytes": n_bytes,
        "compressed_bytes": n_bytes / goal.compression,
        "dose_j_per_cm2": dose,
        "relative_dose": relative,
        "relative_brightness": na and (na / 0.75) ** power * (pixel_um / 0.2) ** grows,
        "expected_iou": CURVE.at(coverage).item()
        if goal.curve and 1 <= coverage <= 40 and not blurred
        else None,
    }


@settings(max_examples=40, deadline=None)
@given(stand=stands, goal=goals)
def test_the_vectorised_ranking_equals_a_loop_over_all_configurations(stand, goal):
    ranking = rank(stand, goal)
    seen = set()
    for option in ranking.top(len(ranking)):
        one = option.configuration
        expected = by_hand(one.objective, one.camera, one.binning, one.relay, stand, goal)
        for name, value in expected.items():
            got = getattr(option, name)
            if value is None:
                assert got is None, name
            else:
                assert got == pytest.approx(value, rel=1e-9), name
        assert one.pixel_um == pytest.approx(option.pixel_um)
        assert one.field_um == pytest.approx(
            (option.field_height_um, option.field_width_um)
        )
        assert option.in_window is goal.window.contains(option.coverage_percent)
        seen.add((id(one.objective), id(one.camera), one.binning, one.relay))
    assert len(ranking) == math.prod(stand.shape)
    assert sorted(ranking.order) == list(range(len(ranking)))


@settings(max_examples=40, deadline=None)
@given(stand=stands, goal=goals)
def test_the_front_holds_what_no_other_one_beats(stand, goal):
    ranking = rank(stand, goal)
    every = ranking.top(len(ranking))
    options = [option for option in every if option.expected_iou is not None]
    assert {option.rank for option in ranking.front} <= {option.rank for option in options}
    for option in options:
        beaten = any(
            other.objects_per_s >= option.objects_per_s
            and other.expected_iou >= option.expected_iou
            and (
                other.objects_per_s > option.objects_per_s
                or other.expected_iou > option.expected_iou
            )
            for other in options
        )
        assert option.on_front is not beaten


def test_an_option_is_found_again_by_its_configuration():
    stand = Stand(
        (Objective("10x", 10, 0.45), Objective("20x", 20, 0.75)),
        (Camera("a", 6.5, 2048, 2048), Camera("b", 3.45, 2048, 2448)),
    )
    ranking = rank(stand, Goal(10.0))
    for option in ranking.top(len(ranking)):
        assert ranking.find(option.configuration) == option
    first = ranking.with_camera(stand.cameras[0])
    assert len(first) == 6
    assert {option.configuration.camera for option in first} == {stand.cameras[0]}
    assert [option.rank for option in first] == sorted(option.rank for option in first)
    other = Configuration(Objective("40x", 40, 0.95), stand.cameras[0])
    assert ranking.find(other) is None
    moved = Configuration(stand.objectives[0], stand.cameras[0], tube_lens_mm=165)
    assert ranking.find(moved) is None


def test_light_is_compared_with_the_sample_else_with_the_first_row():
    stand = Stand((Objective("10x", 10, 0.45),), (Camera("a", 6.5, 2048, 2048),))
    alone = rank(stand, Goal(10.0))
    assert alone.reference == "first row"
    assert alone.best.relative_dose == 1
    taken = rank(stand, Goal(10.0, taken=Taken(0.325, 0.75)))
    assert taken.reference == "sample as taken"
    assert rank(stand, Goal(10.0, taken=Taken(0.325))).reference == "first row"
