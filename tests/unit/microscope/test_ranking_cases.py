"""Single cases of the ranking: ends of a curve, one field, unknown apertures, scanners."""

import pytest

from rescale4dl_core.errors import CatalogueError, QuantityError
from rescale4dl_core.microscope.camera import Camera
from rescale4dl_core.microscope.configuration import Stand
from rescale4dl_core.microscope.goal import Goal, Taken
from rescale4dl_core.microscope.light import Light, Modality
from rescale4dl_core.microscope.objective import Objective
from rescale4dl_core.microscope.ranking import Standing, rank
from rescale4dl_core.microscope.score_curve import ScoreCurve
from rescale4dl_core.window import Window


def test_a_configuration_like_the_sample_has_the_score_of_the_sample():
    """Its coverage is the end of the curve, computed another way."""
    for pixel_um in (0.0799, 0.1083, 0.325, 0.65, 1.3):
        lens = Objective("lens", 6.5 / pixel_um, 0.75)
        for diameter_um in (1.1, 8.89, 14.7):
            now_percent = pixel_um / diameter_um * 100
            curve = ScoreCurve(
                (now_percent, 900), (0.9, 0.1), (0.8, 0), (1, 0.2), "made up"
            )
            stand = Stand((lens,), (Camera("a", 6.5, 512, 512),), (1,))
            goal = Goal(diameter_um, Window(4, 16, "typed in"), curve)
            assert rank(stand, goal).best.expected_iou == pytest.approx(0.9)


def test_what_was_not_measured_finds_no_more_than_the_nearest_that_was():
    recall = (0.5, 0.9, 0.3)
    curve = ScoreCurve((1, 4, 12), (0.5, 0.9, 0.5), (0, 0, 0), (1, 1, 1), "up", recall)
    stand = Stand((Objective("20x", 20, 0.75),), (Camera("a", 6.5, 1200, 1200),), (3, 4))
    ranking = rank(stand, Goal(10.0, curve=curve))
    found = {o.configuration.binning: o for o in ranking.top(2)}
    assert found[4].recall is None  # 13 %, beyond the curve
    share = found[4].objects_per_s / found[4].objects_per_s_ceiling
    assert share == pytest.approx(0.3)
    assert found[3].objects_per_s > found[4].objects_per_s


def test_one_field_shares_nothing_with_a_neighbour():
    """1,664 x 1,664 um hold 1,108 objects: one field, whatever the overlap asked for."""
    stand = Stand((Objective("8x", 8, 0.4),), (Camera("a", 6.5, 2048, 2048),), (1,))
    goal = Goal(10.0, density_per_um2=4e-4, overlap_percent=10, n_objects_wanted=1000)
    assert rank(stand, goal).best.n_fields == 1
    many = Goal(10.0, density_per_um2=4e-4, overlap_percent=10, n_objects_wanted=9000)
    # 1107.6 x 0.9^2 = 897 new objects in each
    assert rank(stand, many).best.n_fields == 11


def test_light_is_compared_with_the_first_row_whose_aperture_is_known():
    lenses = (Objective("old", 10), Objective("new", 20, 0.75))
    ranking = rank(Stand(lenses, (Camera("a", 6.5, 2048, 2048),), (1,)), Goal(10.0))
    unknown, known = ranking.top(2)
    assert unknown.relative_dose is None
    assert known.relative_dose == 1
    assert ranking.reference == "row 2, the first of known aperture"


def test_a_finer_scan_takes_longer():
    """1 us per pixel: 1.05 s for 1024 x 1024, 4.2 s for 2048 x 2048 of the same field."""
    scans = tuple(Camera(str(n), 12_800 / n, n, n) for n in (1024, 2048))
    light = Light(Modality.POINT_SCANNER, power_mw=0.1)
    stand = Stand((Objective("20x", 20, 0.75),), scans, (1,))
    ranking = rank(stand, Goal(10.0, light=light))
    found = {o.configuration.camera.name: o for o in ranking.top(2)}
    assert found["1024"].exposure_s == pytest.approx(1.048576)
    assert found["2048"].exposure_s == pytest.approx(4.194304)
    # The laser lights the 640 um square that is scanned.
    dose = 0.1e-3 * 1.048576 / (640e-4) ** 2
    assert found["1024"].dose_j_per_cm2 == pytest.approx(dose)


def test_the_configuration_most_like_the_sample_is_found():
    lenses = (
        *(Objective(f"{na}", 20, na) for na in (0.4, 0.75)),
        Objective("60x", 60, 1.4, "oil", 1.515),
    )
    camera = Camera("a", 6.5, 2048, 2048)
    stand = Stand(lenses, (camera,), (1, 2))
    ranking = rank(stand, Goal(10.0, taken=Taken(0.33, 0.7)))
    taken = ranking.as_taken(ranking.top(6))
    assert taken.configuration.objective.name == "0.75"
    assert taken.configuration.binning == 1
    low = rank(stand, Goal(10.0, taken=Taken(0.33, 0.45)))
    assert low.as_taken(low.top(6)).configuration.objective.name == "0.4"
    unknown = rank(stand, Goal(10.0)).as_taken(ranking.top(6))
    assert unknown.configuration.objective.name == "60x"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"objectives": ()}, "no objective to choose from"),
        ({"cameras": ()}, "no camera to choose from"),
        ({"binnings": ()}, "no binning to choose from"),
        ({"binnings": (0,)}, "binning must be a whole number"),
        ({"relays": (-1.0,)}, "relay lens"),
        ({"binnings": tuple(range(1, 1_000_002))}, "1,000,001 configurations are more"),
    ],
)
def test_a_stand_that_cannot_be_is_refused(fields, words):
    usual = {
        "objectives": (Objective("10x", 10, 0.45),),
        "cameras": (Camera("a", 6.5, 2048, 2048),),
    }
    with pytest.raises((CatalogueError, QuantityError), match=words):
        Stand(**usual | fields)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"diameter_um": 0}, "diameter"),
        ({"density_per_um2": -1}, "density"),
        ({"overlap_percent": 100}, "less than 100 %; got 100"),
        ({"overlap_percent": -1}, "0 % or more"),
        ({"n_wells": 0}, "wells"),
        ({"compression": 0}, "compression"),
        ({"tolerance_percent": 100}, "best score"),
        ({"equal_light": True}, "pixel size and aperture are known"),
        ({"equal_light": True, "taken": Taken(0.2)}, "pixel size and aperture are known"),
    ],
)
def test_a_goal_that_cannot_be_is_refused(fields, words):
    with pytest.raises(QuantityError, match=words):
        Goal(**{"diameter_um": 10.0} | fields)


def test_a_network_that_finds_nothing_takes_forever():
    nothing = ScoreCurve((1, 100), (0, 0), (0, 0), (0, 0), "none", recall=(0, 0))
    stand = Stand((Objective("10x", 10, 0.45),), (Camera("a", 6.5, 2048, 2048),))
    option = rank(stand, Goal(10.0, curve=nothing)).best
    assert option.objects_per_s == 0
    assert option.duration_s is None
    assert option.storage_bytes is None


def test_where_no_lens_resolves_enough_the_sharpest_comes_first_for_structure():
    """The sample had NA 0.95; none of these reaches 0.334 um at Nyquist."""
    lenses = tuple(
        Objective(f"{m}x", m, na)
        for m, na in ((1.25, 0.04), (10, 0.3), (20, 0.75), (40, 0.6))
    )
    stand = Stand(lenses, (Camera("a", 16, 512, 512),), (1, 4))
    goal = Goal(8.9, taken=Taken(0.2, 0.95), for_structure=True)
    ranking = rank(stand, goal)
    names = [option.configuration.objective.name for option in ranking.top(8)]
    # 2.44 pixels: 0.976 um under 40x, 1.95 um under 20x, 3.9 um under 10x
    assert names[:2] == ["40x", "20x"]
    assert names[-1] == "1.25x"
    assert {option.standing for option in ranking.top(8)} == {Standing.COARSE}


def test_only_what_shows_the_structure_counts_as_inside():
    """20x/0.75 reaches 0.423 um and Nyquist at 0.1625 um; 10x/0.3 cannot resolve that."""
    lenses = (Objective("20x", 20, 0.75), Objective("10x", 10, 0.3))
    stand = Stand(lenses, (Camera("a", 3.25, 2048, 2048),), (1, 2))
    ranking = rank(stand, Goal(8.9, taken=Taken(0.2, 0.75), for_structure=True))
    assert ranking.n_inside == 1
    assert ranking.best.configuration.objective.name == "20x"
    standings = [option.standing for option in ranking.top(4)]
    assert standings.count(Standing.BLURRED) == 1


def test_structure_smaller_than_any_lens_resolves_asks_for_the_finest():
    goal = Goal(0.5, for_structure=True)
    assert goal.resolution_um == pytest.approx(0.61 * 0.52 / 1.4)
