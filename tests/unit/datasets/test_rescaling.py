"""What a job writes."""

import numpy as np
import pytest
import tifffile

from rescale4dl_core.datasets.mapping import read_mappings
from rescale4dl_core.datasets.rescaling import rescale_datasets
from rescale4dl_core.datasets.source import find_datasets
from rescale4dl_core.datasets.versions import DatasetChoices, ReadingChoices
from rescale4dl_core.evaluation.folders import find_pairs
from rescale4dl_core.quantities import RescaleFactor
from rescale4dl_core.reading.image import read_info
from rescale4dl_core.reading.opened import Selection
from rescale4dl_core.rescaling.binning import Binning

COARSER, FINER = RescaleFactor.coarser(2), RescaleFactor.finer(2)
ALL = DatasetChoices(
    (COARSER, RescaleFactor.coarser(1.41), FINER), tuple(Binning), True, (1.0,)
)


def rescaled(folder, choices, out, **options):
    return rescale_datasets(find_datasets(folder), choices, out, **options)


def test_a_coarser_image_is_binned_and_its_labels_lie_on_the_same_grid(
    make_dataset, tmp_path
):
    folder = make_dataset(stems=("a",))
    out = tmp_path / "out"
    rescaled(folder, DatasetChoices((COARSER,)), out)
    original = tifffile.imread(folder / "Images" / "a.tif").astype(float)
    binned = tifffile.imread(out / "nuclei" / "downsampling_2" / "Images" / "a.tif")
    blocks = original.reshape(24, 2, 20, 2).mean(axis=(1, 3))
    assert binned.dtype == np.uint16
    np.testing.assert_array_equal(binned, np.rint(blocks))
    labels = tifffile.imread(out / "nuclei" / "downsampling_2" / "GT" / "a.tif")
    assert labels.shape == binned.shape
    truth = tifffile.imread(folder / "Labels" / "a.tif") > 0
    share_of_object = truth.reshape(24, 2, 20, 2).mean(axis=(1, 3))
    assert (labels[share_of_object == 1] > 0).all()
    assert (labels[share_of_object == 0] == 0).all()


def test_originals_come_along_unchanged(make_dataset, tmp_path):
    folder = make_dataset()
    rescaled(folder, DatasetChoices((COARSER,)), tmp_path / "out")
    for old, new in (("Images", "Images"), ("Labels", "GT")):
        np.testing.assert_array_equal(
            tifffile.imread(tmp_path / "out" / "nuclei" / "OG" / new / "b.tif"),
            tifffile.imread(folder / old / "b.tif"),
        )


@pytest.mark.parametrize(
    ("version", "times"),
    [
        ("nuclei/OG", 1),
        ("nuclei/downsampling_1.41", 1.41),
        ("nuclei/upsampling_2", 0.5),
        ("nuclei_sum/downsampling_2", 2),
        ("nuclei_same_size_downsampling_2/OG", 1),
        ("nuclei_same_size_upsampling_2/upsampling_2", 0.5),
        ("nuclei_blurred_1/OG", 1),
    ],
)
def test_every_version_carries_its_pixel_size(make_dataset, tmp_path, version, times):
    rescaled(make_dataset(stems=("a",)), ALL, tmp_path / "out")
    for part in ("Images", "GT"):
        size = read_info(tmp_path / "out" / version / part / "a.tif").known.size
        assert (size.y_um, size.x_um) == pytest.approx((0.2 * times, 0.1 * times))


def test_variants_keep_rows_and_columns_and_leave_labels_as_they_are(
    make_dataset, tmp_path
):
    folder = make_dataset(stems=("a",))
    out = tmp_path / "out"
    rescaled(folder, ALL, out)
    labels = tifffile.imread(folder / "Labels" / "a.tif")
    for variant in (
        "same_size_downsampling_2",
        "sum_same_size_downsampling_2",
        "blurred_1",
    ):
        found = tifffile.imread(out / f"nuclei_{variant}" / "OG" / "GT" / "a.tif")
        np.testing.assert_array_equal(found, labels)
    magnified = out / "nuclei_same_size_upsampling_2" / "upsampling_2"
    mapping = read_mappings(magnified / "mapping.csv")["a.tif"]
    assert (mapping.shape_px, mapping.offset_px) == ((48, 40), (24, 20))
    centre = np.repeat(np.repeat(labels[12:36, 10:30], 2, 0), 2, 1)
    np.testing.assert_array_equal(tifffile.imread(magnified / "GT" / "a.tif"), centre)
    assert tifffile.imread(magnified / "Images" / "a.tif").shape == labels.shape


def test_sums_are_four_times_the_means_of_two_by_two_pixels(make_dataset, tmp_path):
    out = tmp_path / "out"
    rescaled(make_dataset(stems=("a",)), ALL, out)
    mean, total = (
        tifffile.imread(out / name / "downsampling_2" / "Images" / "a.tif").astype(float)
        for name in ("nuclei", "nuclei_sum")
    )
    assert np.abs(total - 4 * mean).max() <= 2


def test_evaluate_reads_every_data_set_once_predictions_are_added(make_dataset, tmp_path):
    out = tmp_path / "out"
    job = rescaled(make_dataset(), ALL, out)
    for folder in job.folders:
        (folder.path / "GT").rename(folder.path / "Prediction")
        (folder.path / "GT").symlink_to(folder.path / "Prediction")
    for name in {folder.dataset for folder in job.folders}:
        dataset = find_pairs(out / name)
        assert not dataset.problems
        ours = {folder.sampling: folder for folder in job.folders if folder.dataset == name}
        assert dataset.samplings.keys() == ours.keys()
        for sampling, factor in dataset.samplings.items():
            assert float(factor.ratio) == pytest.approx(ours[sampling].ratio)


def test_masks_classes_and_empty_labels_keep_their_values(make_dataset, tmp_path):
    folder = make_dataset(stems=("mask", "empty"))
    mask = np.zeros((48, 40), np.uint8)
    mask[4:8, 4:8] = mask[20:30, 20:30] = 255
    tifffile.imwrite(folder / "Labels" / "mask.tif", mask)
    tifffile.imwrite(folder / "Labels" / "empty.tif", np.zeros((48, 40), np.uint8))
    rescaled(folder, DatasetChoices((COARSER,)), tmp_path / "out")
    labels = tmp_path / "out" / "nuclei" / "downsampling_2" / "GT"
    assert np.unique(tifffile.imread(labels / "mask.tif")).tolist() == [0, 255]
    assert not tifffile.imread(labels / "empty.tif").any()


def test_one_channel_is_taken_of_images_and_labels_may_have_one_only(
    make_dataset, tmp_path
):
    folder = make_dataset(stems=("a",))
    channels = np.stack([np.full((48, 40), value, np.uint16) for value in (3, 8)])
    image = folder / "Images" / "a.tif"
    tifffile.imwrite(image, channels, imagej=True, metadata={"axes": "CYX"})
    second = ReadingChoices(Selection(channel=1))
    job = rescaled(folder, DatasetChoices((COARSER,), reading=second), tmp_path / "out")
    assert not job.problems
    binned = tmp_path / "out" / "nuclei" / "downsampling_2"
    assert (tifffile.imread(binned / "Images" / "a.tif") == 8).all()
    assert tifffile.imread(binned / "GT" / "a.tif").any()


def test_crops_tell_the_way_back_for_every_image(make_dataset, tmp_path):
    folder = make_dataset(stems=("a", "ö b"))
    out = tmp_path / "out"
    rescaled(folder, DatasetChoices((FINER,), crop_px=(64, 100)), out)
    sampling = out / "nuclei_crop_64x100" / "upsampling_2"
    assert tifffile.imread(sampling / "Images" / "ö b.tif").shape == (64, 100)
    mappings = read_mappings(sampling / "mapping.csv")
    assert list(mappings) == ["a.tif", "ö b.tif"]
    assert mappings["a.tif"].offset_px == (16, -10)
    labels = tifffile.imread(sampling / "GT" / "a.tif")
    whole = np.repeat(np.repeat(tifffile.imread(folder / "Labels" / "a.tif"), 2, 0), 2, 1)
    np.testing.assert_array_equal(labels[:, 10:90], whole[16:80])


@pytest.mark.parametrize("stem", ["with space", "ünïcödé 細胞", "a.b.c", "100%'\"$x", "-v"])
def test_names_stay_as_they_are(make_dataset, tmp_path, stem):
    job = rescaled(
        make_dataset("my cells é", stems=(stem, "b")),
        DatasetChoices((COARSER,)),
        tmp_path / "out dir",
    )
    folder = tmp_path / "out dir" / "my cells é" / "downsampling_2"
    assert (folder / "Images" / f"{stem}.tif").is_file()
    assert (folder / "GT" / f"{stem}.tif").is_file()
    assert len(job.written) == 8
    assert not job.problems
