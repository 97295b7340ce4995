"""Masks find their images by name."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from rescale4dl_core.reading.pairing import pair_by_stem

names = st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=8)


def paths(*names):
    return [Path(name) for name in names]


def test_same_names_belong_together_whatever_the_suffix_and_the_order():
    pairing = pair_by_stem(paths("x/a.tif", "x/B.ome.tif"), paths("y/b.png", "y/a.tif"))
    assert pairing.pairs == (
        (Path("x/a.tif"), Path("y/a.tif")),
        (Path("x/B.ome.tif"), Path("y/b.png")),
    )
    assert pairing.images_without_mask == pairing.masks_without_image == ()


def test_customary_endings_of_masks_are_left_off():
    images = paths("a.tif", "b.tif", "c.tif", "d.tif")
    masks = paths("a_mask.tif", "b_cp_masks.png", "c_labels.tif", "d_gt.tif")
    pairs = pair_by_stem(images, masks).pairs
    assert tuple(mask for _, mask in pairs) == tuple(masks)


def test_what_finds_no_partner_is_named():
    pairing = pair_by_stem(paths("a.tif", "b.tif"), paths("b.tif", "z.tif"))
    assert pairing.pairs == ((Path("a.tif"), None), (Path("b.tif"), Path("b.tif")))
    assert pairing.images_without_mask == (Path("a.tif"),)
    assert pairing.masks_without_image == (Path("z.tif"),)


def test_a_single_image_and_a_single_mask_belong_together():
    pairing = pair_by_stem(paths("image.tif"), paths("segmentation.png"))
    assert pairing.pairs == ((Path("image.tif"), Path("segmentation.png")),)


def test_an_exact_name_wins_over_an_ending():
    pairing = pair_by_stem(paths("a.tif", "b.tif"), paths("a_mask.tif", "a.png", "b.tif"))
    assert pairing.pairs[0][1] == Path("a.png")
    assert pairing.masks_without_image == (Path("a_mask.tif"),)


@given(images=names, masks=names)
def test_every_file_is_paired_once_or_reported(images, masks):
    pairing = pair_by_stem(paths(*images), paths(*masks))
    used = [mask for _, mask in pairing.pairs if mask]
    assert sorted([*used, *pairing.masks_without_image]) == sorted(paths(*masks))
    assert [image for image, _ in pairing.pairs] == paths(*images)
    assert len(pairing.images_without_mask) + len(used) == len(images)
