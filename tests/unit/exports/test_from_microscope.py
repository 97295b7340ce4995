"""From a ranking to a plan: what is chosen, what it promises, what else there is."""

from __future__ import annotations

import math

import pytest

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.exports.acquisition_plan import plan_cautions
from rescale4dl_core.exports.from_configuration import plan_of
from rescale4dl_core.exports.methods import methods_paragraph
from rescale4dl_core.exports.plan_file import plan_from_json, plan_json
from rescale4dl_core.microscope.camera import Camera
from rescale4dl_core.microscope.catalogue import shipped_cameras, shipped_objectives
from rescale4dl_core.microscope.configuration import Stand
from rescale4dl_core.microscope.goal import Goal, Taken
from rescale4dl_core.microscope.light import Light, Modality
from rescale4dl_core.microscope.objective import Objective
from rescale4dl_core.microscope.ranking import rank
from rescale4dl_core.microscope.score_curve import ScoreCurve
from rescale4dl_core.planning.timing import FieldTiming
from rescale4dl_core.window import Window


def test_a_ranked_configuration_becomes_a_plan_with_its_own_field_and_planes() -> None:
    objective = Objective("Plan Apo", 20, 0.75, source="https://example.org/lens")
    camera = Camera("Zyla", 6.5, 2048, 2048)
    goal = Goal(
        diameter_um=10,
        window=Window(4, 16, "typed in"),
        density_per_um2=1e-4,
        timing=FieldTiming(n_channels=2, n_planes=3),
        n_objects_wanted=250,
        n_wells=4,
        overlap_percent=10,
    )
    stand = Stand((objective,), (camera,), (2,), assumed_field_number_mm=22.0)
    ranking = rank(stand, goal)
    option = ranking.best
    plan = plan_of(option, ranking, channel_names=("DAPI",))
    assert plan.field_um == pytest.approx((665.6, 665.6))
    # 665.6 um squared x 0.9^2 x 1e-4 objects per um2 = 35.9 new objects per field, so 7
    # fields for 250 of them, in the squarest grid.
    assert plan.grid == (2, 4)
    assert plan.n_fields == 32
    assert plan.tau_s == option.tau_s
    assert [channel.name for channel in plan.channels] == ["DAPI", "Channel 2"]
    # 8 % of objects as high as wide; axial Nyquist, 0.52 / (4 (1 - cos alpha)) = 0.38 um,
    # is finer.
    assert plan.z_step_um == pytest.approx(0.8)
    assert [source.where for source in plan.sources] == [
        "https://example.org/lens",
        "assumed: 22 mm",
    ]


def test_every_shipped_objective_and_camera_can_be_planned() -> None:
    goal = Goal(diameter_um=10, timing=FieldTiming(n_planes=2))
    ranking = rank(Stand(shipped_objectives(), shipped_cameras()), goal)
    for option in ranking.top(len(ranking))[::97]:
        assert plan_of(option, ranking).pixel_um == pytest.approx(option.pixel_um)


def test_planes_under_a_lens_of_unknown_aperture_are_as_fine_as_the_objects_ask() -> None:
    goal = Goal(10, window=Window(4, 16, "typed in"), timing=FieldTiming(n_planes=2))
    ranking = rank(Stand((Objective("old", 20),), (Camera("c", 6.5, 9, 9),)), goal)
    # This window aims at 8 % of a diameter per sample, of objects as high as wide.
    assert plan_of(ranking.best, ranking).z_step_um == pytest.approx(0.8)
    assert plan_of(ranking.best, ranking, z_step_um=1.5).z_step_um == 1.5


def test_a_confocal_stack_has_the_confocal_distance_of_planes() -> None:
    light = Light(Modality.POINT_SCANNER, excitation_nm=488)
    goal = Goal(diameter_um=1, light=light, timing=FieldTiming(n_planes=2))
    lens = Objective("dry", 20, 0.75)
    ranking = rank(Stand((lens,), (Camera("c", 6.5, 9, 9),)), goal)
    nyquist_um = 0.488 / (8 * (1 - math.sqrt(1 - 0.75**2)))
    assert plan_of(ranking.best, ranking).z_step_um == pytest.approx(nyquist_um)


def test_exposures_for_equal_light_go_into_the_plan() -> None:
    """Half the aperture of the sample collects 1/16 of its light: 16 times the time."""
    goal = Goal(
        diameter_um=10,
        timing=FieldTiming(exposure_s=0.1),
        taken=Taken(0.65, 0.8),
        equal_light=True,
    )
    stand = Stand((Objective("dry", 10, 0.4),), (Camera("c", 6.5, 2048, 2048),), (1,))
    ranking = rank(stand, goal)
    assert plan_of(ranking.best, ranking).channels[0].exposure_s == pytest.approx(1.6)


def test_a_plan_says_what_its_rank_promises() -> None:
    goal = Goal(diameter_um=10, density_per_um2=1e-4, light=Light(power_mw=10))
    stand = Stand((Objective("dry", 10, 0.4),), (Camera("c", 6.5, 2048, 2048),), (1, 2))
    ranking = rank(stand, goal)
    expected = plan_of(ranking.best, ranking).expected
    assert expected is not None
    assert (expected.rank, expected.n_configurations) == (1, 2)
    assert expected.coverage_percent == pytest.approx(6.5)
    assert expected.objects_per_field == pytest.approx(1331.2**2 * 1e-4)
    # 0.1 s exposed, 0.5 s read, 2 s moved
    assert expected.objects_per_hour == pytest.approx(1331.2**2 * 1e-4 / 2.6 * 3600)
    # 10 mW on the circle round the chip, for 0.1 s
    lit_cm2 = math.pi / 4 * 2 * (1331.2e-4) ** 2
    assert expected.dose_j_per_cm2 == pytest.approx(0.01 / lit_cm2 * 0.1)


def test_alternatives_are_the_best_of_each_other_magnification_and_the_best_of_all() -> (
    None
):
    lenses = tuple(Objective(f"{m}x/0.4", m, 0.4) for m in (4, 10, 20))
    small, large = Camera("small", 6.5, 512, 512), Camera("large", 6.5, 2048, 2048)
    ranking = rank(Stand(lenses, (small, large), (1, 2)), Goal(diameter_um=10))
    chosen = next(o for o in ranking.with_camera(small) if o.configuration.binning == 2)
    found = plan_of(chosen, ranking).alternatives
    # 20x binned twice and 10x have the same pixels; 10x shows more.
    assert chosen.configuration.objective.name == "20x/0.4"
    assert [one.configuration for one in found] == [
        *("10x/0.4, large", "10x/0.4, small", "4x/0.4, small"),
    ]
    assert found[0].rank == 1
    assert found[1].pixel_um == pytest.approx(0.65)


def test_no_more_alternatives_are_told_than_one_reads() -> None:
    lenses = tuple(Objective(f"{m}x", m, 0.4) for m in range(4, 24))
    ranking = rank(Stand(lenses, (Camera("a", 6.5, 512, 512),), (1,)), Goal(10.0))
    assert len(plan_of(ranking.best, ranking).alternatives) == 8


def test_an_alternative_beyond_all_reach_does_not_stop_the_plan() -> None:
    """The 60x lens would write petabytes."""
    goal = Goal(
        10.0,
        density_per_um2=1e-7,
        n_objects_wanted=10_000,
        n_wells=96,
        timing=FieldTiming(n_channels=3, n_planes=20, n_timepoints=10),
    )
    lenses = (Objective("4x", 4, 0.2), Objective("60x", 60, 0.9))
    ranking = rank(Stand(lenses, (Camera("a", 6.5, 2048, 2048),), (1,)), goal)
    (other,) = plan_of(ranking.best, ranking).alternatives
    assert other.storage_bytes is None
    assert ranking.option(1).storage_bytes > 1e15


def test_a_ranked_plan_is_read_back_with_all_that_it_promises() -> None:
    goal = Goal(diameter_um=10, density_per_um2=1e-4, timing=FieldTiming(n_planes=3))
    ranking = rank(Stand(shipped_objectives(), shipped_cameras()), goal)
    plan = plan_of(ranking.best, ranking)
    assert plan_from_json(plan_json(plan)) == plan


def test_what_finds_nothing_cannot_be_planned() -> None:
    nothing = ScoreCurve((1, 100), (0, 0), (0, 0), (0, 0), "none", recall=(0, 0))
    stand = Stand((Objective("10x", 10, 0.45),), (Camera("a", 6.5, 2048, 2048),))
    ranking = rank(stand, Goal(10.0, curve=nothing))
    with pytest.raises(QuantityError, match="no object is expected to be found"):
        plan_of(ranking.best, ranking)


@pytest.mark.parametrize("density_per_um2", [None, 1e-4])
def test_objects_per_hour_follow_from_objects_per_field(
    density_per_um2: float | None,
) -> None:
    """The formula that stands in the plan: x (1 - overlap)^2 / tau x 3600."""
    curve = ScoreCurve((1, 40), (0.9, 0.5), (0, 0), (1, 1), "made up", recall=(0.8, 0.4))
    goal = Goal(10.0, curve=curve, density_per_um2=density_per_um2, overlap_percent=20)
    stand = Stand((Objective("10x", 10, 0.45),), (Camera("a", 6.5, 2048, 2048),))
    ranking = rank(stand, goal)
    plan = plan_of(ranking.best, ranking)
    assert plan.expected is not None
    per_hour = plan.expected.objects_per_field * 0.8**2 / plan.tau_s * 3600
    assert plan.expected.objects_per_hour == pytest.approx(per_hour)


def test_each_lens_takes_the_planes_that_it_needs_through_an_object() -> None:
    """15 um: 1.2 um apart at NA 0.75, 6.43 um at NA 0.2, where Nyquist decides."""
    lenses = (Objective("20x", 20, 0.75), Objective("4x", 4, 0.2))
    window = Window(4, 16, "typed in")
    timing = FieldTiming(n_planes=9)
    goal = Goal(15.0, window, planes_through_objects=True, timing=timing)
    ranking = rank(Stand(lenses, (Camera("a", 6.5, 2048, 2048),), (2,)), goal)
    plans = [plan_of(option, ranking) for option in ranking.top(2)]
    found = {plan.magnification: (plan.n_planes, plan.z_step_um) for plan in plans}
    assert found[20] == (14, pytest.approx(1.2))
    assert found[4] == (4, pytest.approx(6.43, abs=0.01))


def test_a_chip_that_the_objective_does_not_fill_is_to_be_cropped() -> None:
    """Field number 22 under 4x: the square in the circle has 22 / sqrt(2) = 15.56 mm."""
    stand = Stand(
        (Objective("4x", 4, 0.2, field_number_mm=22),),
        (Camera("large", 6.5, 3200, 3200),),
        (2,),
        relays=(0.63,),
        tube_lens_mm=165,
    )
    ranking = rank(stand, Goal(30.0))
    plan = plan_of(ranking.best, ranking)
    side_px = math.floor(22_000 / math.sqrt(2) / 6.5 * 0.63 / 2)
    assert plan.is_cropped
    assert plan.image_px == (side_px, side_px)
    assert plan.camera_px == (1600, 1600)
    assert plan.field_um == pytest.approx((side_px * plan.pixel_um,) * 2)
    (caution,) = plan_cautions(plan)
    assert f"its middle {side_px} × {side_px} pixels" in caution
    text = methods_paragraph(plan)
    assert "the middle of the chip" in text
    assert "with a 0.63× relay lens, with a tube lens of 165 mm" in text
    small = Stand((Objective("4x", 4, 0.2),), (Camera("small", 6.5, 512, 512),))
    whole = rank(small, Goal(30.0))
    assert plan_cautions(plan_of(whole.best, whole)) == ()
