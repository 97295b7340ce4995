"""From a session to a ranking, and the user's own microscope."""

from dataclasses import replace

import numpy as np
import pytest

from rescale4dl_core.advice.coverage_rule import Purpose
from rescale4dl_core.advice.recommend import recommend
from rescale4dl_core.documents import Document, from_plain, to_plain
from rescale4dl_core.errors import CatalogueError, QuantityError, SessionError
from rescale4dl_core.measuring.measurement import (
    Aggregate,
    Estimator,
    ImageMeasurement,
    Measurement,
)
from rescale4dl_core.microscope.camera import Camera
from rescale4dl_core.microscope.configuration import Configuration
from rescale4dl_core.microscope.objective import Objective
from rescale4dl_core.microscope.ranking import Standing
from rescale4dl_core.planning.timing import FieldTiming
from rescale4dl_core.quantities import PixelSize
from rescale4dl_core.session.choices import Choices, KeptPlan, PlanChoices
from rescale4dl_core.session.experiment import booked_choices, what_if_of
from rescale4dl_core.session.own_microscope import own_cameras, own_objectives, with_file
from rescale4dl_core.session.planning import (
    acquisition_plan,
    chosen_of,
    goal_of,
    ranking_of,
    stand_of,
)

LENSES = (
    Objective("10x", 10, 0.45, "air", manufacturer="A"),
    Objective("60x", 60, 1.4, "oil", 1.515, manufacturer="B"),
)
CAMERAS = (Camera("c1", 6.5, 2048, 2048), Camera("c2", 3.45, 2048, 2448))
OWN = PlanChoices(own_microscope=True, objectives=LENSES, cameras=CAMERAS)


@pytest.fixture
def measurement():
    """Nuclei 30 px across, 9.75 um at 0.325 um per pixel."""
    return Measurement(
        images=(ImageMeasurement("a", 10, 0, 30.0),),
        diameters_px=np.full(10, 30.0),
        diameter_px=30.0,
        diameter_px_p05=30.0,
        diameter_px_p95=30.0,
        mean_area_px=707.0,
        density_per_px=3e-4,
        estimator=Estimator.EQUIVALENT_CIRCLE,
        estimator_reason="compact",
        estimator_was_chosen_by_user=False,
        other_diameter_px=None,
        aggregate=Aggregate.MEAN,
        pixel_size=PixelSize.square(0.325),
        notes=(),
    )


def test_the_goal_is_what_was_measured_and_chosen(measurement):
    choices = Choices(
        numerical_aperture=0.75, n_wells=96, overlap_percent=10, plan=PlanChoices()
    )
    goal = goal_of(recommend(measurement), choices)
    assert goal.diameter_um == pytest.approx(9.75)
    assert goal.density_per_um2 == pytest.approx(3e-4 / 0.325**2)
    assert goal.object_area_um2 == pytest.approx(707 * 0.325**2)
    assert (goal.n_wells, goal.overlap_percent) == (96, 10)
    assert goal.taken.pixel_um == pytest.approx(0.325)
    assert goal.equal_light
    assert not goal_of(recommend(measurement), Choices()).equal_light


def test_without_a_pixel_size_the_diameter_is_asked_for(measurement):
    advice = recommend(replace(measurement, pixel_size=None))
    with pytest.raises(QuantityError, match="Type in one of them"):
        goal_of(advice, Choices())
    goal = goal_of(advice, Choices(plan=PlanChoices(diameter_um=12.0)))
    assert goal.diameter_um == 12
    # A diameter of so many px is 12 um, so a px has a known side after all.
    px_um = 12 / measurement.diameter_px
    assert goal.density_per_um2 == pytest.approx(measurement.density_per_px / px_um**2)
    assert goal.area_um2 == pytest.approx(measurement.mean_area_px * px_um**2)
    assert goal.taken.pixel_um == pytest.approx(px_um)


def test_filters_let_through_what_was_asked_for():
    everything = stand_of(Choices(plan=OWN))
    assert everything.shape == (2, 2, 3, 1)
    oil = stand_of(Choices(plan=replace(OWN, immersions=("oil",), camera_names=("c2",))))
    assert oil.objectives == LENSES[1:]
    assert oil.cameras == CAMERAS[1:]
    assert stand_of(Choices(plan=replace(OWN, makers=("A",)))).objectives == LENSES[:1]
    with pytest.raises(CatalogueError, match="no objective to choose from"):
        stand_of(Choices(plan=replace(OWN, makers=("C",))))


def test_the_chosen_configuration_stays_chosen_while_it_can_be_had(measurement):
    chosen = Configuration(
        LENSES[1], CAMERAS[1], 2, tube_lens_mm=None, assumed_field_number_mm=22.0
    )
    choices = Choices(plan=replace(OWN, chosen=chosen))
    ranking = ranking_of(recommend(measurement), choices)
    assert chosen_of(ranking, choices).configuration == chosen
    gone = Choices(plan=replace(OWN, chosen=chosen, binnings=(1,)))
    ranking = ranking_of(recommend(measurement), gone)
    assert chosen_of(ranking, gone) == ranking.best


def test_all_of_it_survives_a_session_file():
    plan = replace(
        OWN, chosen=Configuration(LENSES[0], CAMERAS[0], 2), kept=(KeptPlan("a"),)
    )
    choices = Choices(plan=plan)
    document = Document("It", "open it again", SessionError)
    plain = to_plain(choices)
    assert from_plain(Choices, plain, where="choices", document=document) == choices


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"relay": 0}, "relay lens"),
        ({"binnings": (0,)}, "binning"),
        ({"compression": 0.5}, "compression"),
        ({"power_mw": -1}, "power"),
        ({"kept": (KeptPlan(),) * 5}, "5 plans are kept .* up to 4"),
    ],
)
def test_choices_that_make_no_sense_are_refused(fields, words):
    with pytest.raises(QuantityError, match=words):
        PlanChoices(**fields)


def test_the_own_tables_start_with_a_usual_microscope():
    objectives, cameras = own_objectives(PlanChoices()), own_cameras(PlanChoices())
    assert [objective.magnification for objective in objectives] == [4, 10, 20, 40, 60]
    assert [camera.pitch_um for camera in cameras] == [6.5]
    assert own_objectives(OWN) == LENSES
    assert own_cameras(OWN) == CAMERAS
    leica = own_objectives(PlanChoices(makers=("Leica",)))
    assert {objective.manufacturer for objective in leica} == {"Leica"}


def test_files_fill_the_tables():
    plan = PlanChoices(cameras=CAMERAS)
    lenses = b"name,magnification,numerical_aperture\nmine,20,0.5\n"
    found, said = with_file(plan, lenses, "lenses.csv")
    assert [objective.name for objective in found.objectives] == ["mine"]
    assert found.own_microscope
    assert said == "lenses.csv: 1 objective."
    table = b"name,pitch_um,rows_px,columns_px\nmine,3.45,100,200\n"
    found, said = with_file(plan, table, "cameras.csv")
    assert found.cameras[0].columns_px == 200
    cfg = (
        b"Label,Objective,0,10x\nLabel,Objective,1,20x\n"
        b"ConfigPixelSize,Res10x,Objective,Label,10x\nPixelSize_um,Res10x,0.65\n"
    )
    found, said = with_file(plan, cfg, "scope.CFG")
    assert found.objectives[0].magnification == pytest.approx(10)
    assert said == (
        "scope.CFG: 1 calibrated pixel size, taken to be of c1. Not calibrated there: 20x."
    )


CALIBRATED = """Device,Objective,DemoCamera,DObjective
Label,Objective,0,10x/0.3
Label,Objective,1,20x/0.75
ConfigPixelSize,A,Objective,Label,20x/0.75
ConfigPixelSize,A,Core,Camera,Kinetix-1
PixelSize_um,A,0.325
ConfigPixelSize,B,Objective,Label,20x/0.75
ConfigPixelSize,B,Core,Camera,Zyla-2
PixelSize_um,B,0.26
"""


def test_pixel_sizes_of_another_camera_are_named_as_left_out():
    plan = PlanChoices(cameras=(Camera("Kinetix", 6.5, 3200, 3200),))
    found, said = with_file(plan, CALIBRATED.encode(), "scope.cfg")
    assert [objective.name for objective in found.objectives] == ["20x/0.75"]
    assert said == (
        "scope.cfg: 1 calibrated pixel size, taken to be of Kinetix. Left out, being of "
        "another camera: B (Zyla-2). Not calibrated there: 10x/0.3."
    )


def test_pixel_sizes_of_cameras_that_are_not_told_apart_are_kept_and_named():
    plan = PlanChoices(cameras=(Camera("mine", 6.5, 2048, 2048),))
    found, said = with_file(plan, CALIBRATED.encode(), "scope.cfg")
    names = [objective.name for objective in found.objectives]
    assert names == ["20x/0.75 (Kinetix-1)", "20x/0.75 (Zyla-2)"]
    assert "pixel sizes of the cameras Kinetix-1, Zyla-2; their names stand behind" in said


def test_a_table_of_cameras_is_known_by_its_pitch_below_empty_lines_too():
    table = b"\n\nname,pitch_um,rows_px,columns_px\nmine,6.5,10,20\n"
    found, said = with_file(PlanChoices(), table, "cameras.csv")
    assert (found.cameras[0].name, said) == ("mine", "cameras.csv: 1 camera.")


def test_structure_is_left_to_nyquist(measurement):
    choices = Choices(plan=OWN, purpose=Purpose.STRUCTURE, numerical_aperture=0.75)
    ranking = ranking_of(recommend(measurement, purpose=Purpose.STRUCTURE), choices)
    assert ranking.best.configuration.objective.name == "60x"
    for option in ranking.top(len(ranking)):
        fine = option.nyquist_ratio <= 1
        sharp = option.rayleigh_um <= 0.61 * 0.52 / 0.75  # the sample was taken so
        assert (option.standing is Standing.GOOD) is (fine and sharp)
        assert (option.standing is Standing.COARSE) is not fine


def test_a_plan_has_names_and_place_as_chosen(measurement):
    plan = replace(
        OWN,
        channel_names=("DAPI",),
        centre_x_um=12_000.0,
        centre_y_um=-50.0,
        interval_s=7200.0,
    )
    timing = FieldTiming(n_channels=2, n_timepoints=3)
    choices = Choices(plan=plan, timing=timing)
    ranking = ranking_of(recommend(measurement), choices)
    made = acquisition_plan(ranking.best, ranking, choices)
    assert [channel.name for channel in made.channels] == ["DAPI", "Channel 2"]
    assert (made.wells[0].x_um, made.wells[0].y_um) == (12_000, -50)
    assert made.round_s == 7200
    # Two waits of two hours and a last round.
    last_s = made.n_fields * made.tau_s / 3
    assert made.duration_s == pytest.approx(2 * 7200 + last_s)
    assert ranking.best.duration_s == pytest.approx(made.duration_s)


def test_booking_for_the_throughput_page_changes_nothing_on_the_planner(measurement):
    plan = replace(OWN, planes_through_objects=True, interval_s=600.0)
    timing = FieldTiming(n_timepoints=4)
    choices = Choices(plan=plan, numerical_aperture=0.75, timing=timing)
    advice = recommend(measurement)
    before = ranking_of(advice, choices).best
    booked = booked_choices(before, measurement, choices)
    after = ranking_of(advice, booked).best
    assert after == before
    assert booked_choices(after, measurement, booked) is None
    result = what_if_of(measurement, booked, 1.0)
    assert result.hours * 3600 == pytest.approx(before.duration_s)
    assert result.objects_per_hour == pytest.approx(before.objects_per_hour, rel=0.01)


def test_the_booked_configuration_yields_the_same_on_the_throughput_page(measurement):
    choices = Choices(plan=OWN, numerical_aperture=0.75, overlap_percent=10, n_wells=3)
    ranking = ranking_of(recommend(measurement), choices)
    for option in ranking.top(len(ranking)):
        booked = booked_choices(option, measurement, choices)
        result = what_if_of(measurement, booked, 1.0)
        assert result.pixel_um == pytest.approx(option.pixel_um, rel=1e-5)
        # The planner counts what the chip sees, the page whole saved pixels.
        assert result.objects_per_hour / 3600 == pytest.approx(
            option.objects_per_s, rel=0.01
        )
        assert booked_choices(option, measurement, booked) is None
