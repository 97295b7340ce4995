"""A setting of the throughput page as a link, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rescale4dl_core.errors import SessionError
from rescale4dl_core.planning.gain import Detector, Route
from rescale4dl_core.planning.timing import FieldTiming
from rescale4dl_core.session.choices import Choices, KeptPlan
from rescale4dl_core.session.plan_link import plan_of_query, query_of

plans = st.builds(
    KeptPlan,
    timing=st.builds(
        FieldTiming,
        exposure_s=st.floats(0.001, 10),
        stage_move_s=st.floats(0, 20),
        n_channels=st.integers(1, 10),
        n_planes=st.integers(1, 200),
    ),
    what_if_ratio=st.none() | st.floats(0.01, 100),
    route=st.sampled_from(Route),
    detector=st.sampled_from(Detector),
    n_objects_wanted=st.integers(1, 10**9),
    n_wells=st.integers(1, 384),
    overlap_percent=st.floats(0, 90),
)


def rounded(plan):
    """Return the values of a plan to nine digits, as a link keeps more."""
    return {
        key: float(f"{value:.9g}") if isinstance(value, float) else value
        for key, value in {
            **{name: getattr(plan.timing, name) for name in FieldTiming.__slots__},
            **{
                name: getattr(plan, name) for name in KeptPlan.__slots__ if name != "timing"
            },
        }.items()
    }


@given(plan=plans)
def test_a_link_brings_the_plan_back(plan):
    assert rounded(plan_of_query(query_of(plan))) == rounded(plan)


def test_a_link_holds_only_what_differs_and_what_it_leaves_out_is_usual():
    assert query_of(KeptPlan()) == {}
    binned = KeptPlan(route=Route.BINNING, timing=FieldTiming(exposure_s=0.25))
    assert query_of(binned) == {
        "v": "2",
        "exposure_s": "0.25",
        "route": "binning",
    }
    busy = Choices(n_wells=96, timing=FieldTiming(n_planes=7))
    assert plan_of_query({}).applied_to(busy) == Choices()


def test_a_plan_is_what_the_choices_hold_and_leaves_the_rest_alone():
    choices = Choices(n_wells=96, overlap_percent=10, numerical_aperture=0.75)
    plan = KeptPlan.of(choices, "mine")
    assert plan.applied_to(Choices(numerical_aperture=0.3)) == Choices(
        n_wells=96, overlap_percent=10, numerical_aperture=0.3
    )
    assert plan.name == "mine"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"colour": "blue"}, "parameter 'colour' that this page does not know"),
        ({"exposure_s": "long"}, "says 'long' for exposure_s"),
        ({"exposure_s": "-1"}, "exposure must be 0 s or more; got -1"),
        ({"exposure_s": "nan"}, "exposure must be 0 s or more"),
        ({"n_wells": "2.5"}, "says '2.5' for n_wells"),
        ({"route": "magic"}, "says 'magic' for route"),
        ({"timing": "x"}, "parameter 'timing'"),
    ],
)
def test_a_broken_link_is_explained_and_none_of_it_is_used(query, words):
    with pytest.raises(SessionError, match=words):
        plan_of_query(query)
