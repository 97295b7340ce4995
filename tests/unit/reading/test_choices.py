"""What a file offers to choose from, and which plane is meant."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rescale4dl_core.errors import SelectionError
from rescale4dl_core.images import ImageInfo, KnownPixelSize
from rescale4dl_core.reading.opened import Selection, choices_of, plane_index


def info(axes, shape, channels=("channel 0",), scenes=("image 0",), wavelengths=()):
    known = KnownPixelSize(None, "unknown")
    return ImageInfo(
        "a.tif", "TIFF", axes, shape, "uint8", known, channels, scenes, wavelengths
    )


def test_a_single_plane_leaves_nothing_to_choose():
    single = info("TCZYX", (1, 1, 1, 8, 9))
    assert choices_of(single) == ()
    assert plane_index(single, Selection()) == (0, 0, 0)


def test_what_has_to_be_chosen_is_listed_with_its_names():
    several = info("CZYX", (2, 3, 8, 9), channels=("DAPI", "GFP"), scenes=("A1", "B2"))
    with pytest.raises(SelectionError) as error:
        plane_index(several, Selection())
    assert str(error.value) == (
        "a.tif holds more than one image. Choose channel (0 = DAPI, 1 = GFP) and plane "
        "(0 to 2) and scene (0 = A1, 1 = B2)."
    )


def test_a_long_list_of_names_is_cut():
    names = tuple(f"gene {index}x" for index in range(30))
    message = str(choices_of(info("CYX", (30, 8, 9), channels=names))[0])
    assert "23 = gene 23x, ... 29 = gene 29x" in message


@pytest.mark.parametrize("index", [-1, 2, 99])
def test_a_channel_that_is_not_there_is_refused_with_the_list(index):
    several = info("CYX", (2, 8, 9), channels=("DAPI", "GFP"))
    with pytest.raises(SelectionError) as error:
        plane_index(several, Selection(channel=index))
    assert str(error.value) == (
        f"a.tif has no channel {index}. Choose channel (0 = DAPI, 1 = GFP)."
    )


def test_a_choice_where_there_is_none_is_refused():
    with pytest.raises(SelectionError, match="has one plane only"):
        plane_index(info("YX", (8, 9)), Selection(plane=1))


def test_index_zero_is_right_where_there_is_no_choice():
    assert plane_index(info("YX", (8, 9)), Selection(0, 0, 0, 0)) == ()


def test_wavelengths_are_chosen_with_the_channel():
    sweep = info(
        "CλYX", (2, 2, 8, 9), channels=("a", "b"), wavelengths=("500 nm", "510 nm")
    )
    (choice,) = choices_of(sweep)
    assert choice.names == ("a, 500 nm", "a, 510 nm", "b, 500 nm", "b, 510 nm")
    assert plane_index(sweep, Selection(channel=2)) == (1, 0)


def test_an_axis_of_another_kind_is_chosen_with_the_plane():
    phases = info("HZYX", (3, 2, 8, 9))
    (choice,) = choices_of(phases)
    assert choice.names[3] == "H 1, plane 1"
    assert plane_index(phases, Selection(plane=3)) == (1, 1)


@given(
    sizes=st.tuples(*[st.integers(1, 4)] * 4),
    order=st.permutations("TCZH"),
    draw=st.data(),
)
def test_every_plane_has_one_selection_and_back(sizes, order, draw):
    shape = (*sizes, 8, 9)
    lengths = dict(zip(order, sizes, strict=True))
    several = info(
        "".join(order) + "YX", shape, channels=tuple(map(str, range(lengths["C"])))
    )
    selection = Selection(
        channel=draw.draw(st.integers(0, lengths["C"] - 1)),
        plane=draw.draw(st.integers(0, lengths["Z"] * lengths["H"] - 1)),
        time=draw.draw(st.integers(0, lengths["T"] - 1)),
    )
    index = dict(zip(order, plane_index(several, selection), strict=True))
    assert index["C"] == selection.channel
    assert index["T"] == selection.time
    others = [axis for axis in order if axis in "ZH"]
    flat = np.ravel_multi_index(
        [index[axis] for axis in others], [lengths[axis] for axis in others]
    )
    assert flat == selection.plane
