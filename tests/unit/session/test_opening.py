"""Files become entries, all or none."""

import numpy as np
import pytest
import tifffile

from rescale4dl_core.errors import CancelledError, LabelImageError, RescaleError
from rescale4dl_core.reading.opened import Selection
from rescale4dl_core.session.opening import open_entries, open_entry


@pytest.fixture
def stack(tmp_path):
    """Write a z-stack of two channels in which every plane has its own value."""
    values = np.arange(10, dtype=np.uint16).reshape(5, 2, 1, 1)
    path = tmp_path / "stack.ome.tif"
    tifffile.imwrite(
        path, np.broadcast_to(values, (5, 2, 16, 16)).copy(), metadata={"axes": "ZCYX"}
    )
    return path


def test_a_stack_opens_at_its_middle_plane_and_first_channel(stack):
    entry = open_entry(stack)
    assert entry.origin.selection == Selection(channel=0, plane=2)
    assert entry.sample.image.pixels[0, 0] == 4


def test_a_channel_that_was_chosen_is_read(stack):
    entry = open_entry(stack, selection=Selection(channel=1, plane=4))
    assert entry.sample.image.pixels[0, 0] == 9


def test_an_image_opens_with_its_mask(tmp_path, two_disks):
    image, mask = tmp_path / "a.tif", tmp_path / "a_mask.tif"
    tifffile.imwrite(image, two_disks.pixels.astype(np.uint8) * 50)
    tifffile.imwrite(mask, two_disks.pixels.astype(np.uint16))
    entry = open_entry(image, mask)
    np.testing.assert_array_equal(entry.sample.labels.pixels, two_disks.pixels)
    assert (entry.origin.path, entry.origin.labels_path) == (image, mask)


def test_one_bad_file_among_several_opens_none(tmp_path, two_disks):
    good, bad = tmp_path / "good.tif", tmp_path / "bad.tif"
    tifffile.imwrite(good, two_disks.pixels.astype(np.uint8))
    bad.write_text("this is no image")
    with pytest.raises(RescaleError, match=r"bad\.tif"):
        open_entries([(good, None), (bad, None)])


def test_a_mask_of_another_shape_is_refused(tmp_path, two_disks):
    image, mask = tmp_path / "a.tif", tmp_path / "m.tif"
    tifffile.imwrite(image, two_disks.pixels.astype(np.uint8))
    tifffile.imwrite(mask, two_disks.pixels[:100].astype(np.uint16))
    with pytest.raises(LabelImageError, match="same shape"):
        open_entry(image, mask)


def test_opening_can_be_stopped_between_two_images(tmp_path, two_disks):
    paths = [tmp_path / f"{name}.tif" for name in "ab"]
    for path in paths:
        tifffile.imwrite(path, two_disks.pixels.astype(np.uint8))
    reports = []

    def stop_at_the_second(fraction, message):
        reports.append(message)
        if len(reports) == 2:
            raise CancelledError("stopped")

    with pytest.raises(CancelledError):
        open_entries([(path, None) for path in paths], progress=stop_at_the_second)
    assert reports == ["Reading a.tif", "Reading b.tif"]
