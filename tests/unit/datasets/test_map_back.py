"""Predictions on cropped images, back on the grid of the originals."""

import numpy as np
import pytest
import tifffile

from rescale4dl_core.datasets.map_back import map_back
from rescale4dl_core.datasets.rescaling import rescale_datasets
from rescale4dl_core.datasets.source import find_datasets
from rescale4dl_core.datasets.versions import DatasetChoices
from rescale4dl_core.errors import LabelImageError, OutputError, ReadingError
from rescale4dl_core.quantities import RescaleFactor
from rescale4dl_core.reading.image import read_info


@pytest.fixture
def cropped(make_dataset, tmp_path):
    """Write a data set of 48 x 40 px 2x finer, 64 x 100 px around the centre."""
    choices = DatasetChoices((RescaleFactor.finer(2),), crop_px=(64, 100))
    rescale_datasets(find_datasets(make_dataset()), choices, tmp_path / "out")
    return tmp_path / "out" / "nuclei_crop_64x100" / "upsampling_2"


def test_the_truth_comes_back_where_the_crop_showed_it(cropped, tmp_path):
    written = map_back(cropped / "mapping.csv", cropped / "GT", tmp_path / "back")
    assert [path.name for path in written] == ["a.tif", "b.tif"]
    truth = tifffile.imread(tmp_path / "nuclei" / "Labels" / "b.tif")
    restored = tifffile.imread(written[1])
    np.testing.assert_array_equal(restored[8:40], truth[8:40])
    assert not restored[:8].any()
    assert not restored[40:].any()
    size = read_info(written[1]).known.size
    assert (size.y_um, size.x_um) == pytest.approx((0.2, 0.1))


def test_predictions_of_other_images_are_refused(cropped, tmp_path):
    (cropped / "GT" / "b.tif").rename(cropped / "GT" / "c.tif")
    with pytest.raises(ReadingError, match=r"1 of 2 files.*first is c.tif.*same names"):
        map_back(cropped / "mapping.csv", cropped / "GT", tmp_path / "back")
    with pytest.raises(ReadingError, match="is not a folder"):
        map_back(cropped / "mapping.csv", cropped / "none", tmp_path / "back")


def test_a_prediction_of_another_shape_is_refused(cropped, tmp_path):
    tifffile.imwrite(cropped / "GT" / "a.tif", np.ones((64, 64), np.uint8))
    with pytest.raises(LabelImageError, match=r"a.tif is 64 x 64 px"):
        map_back(cropped / "mapping.csv", cropped / "GT", tmp_path / "back")


def test_what_exists_is_not_replaced_without_consent(cropped, tmp_path):
    for overwrite in (False, True):
        map_back(
            cropped / "mapping.csv", cropped / "GT", tmp_path / "back", overwrite=overwrite
        )
    with pytest.raises(OutputError, match="exists already"):
        map_back(cropped / "mapping.csv", cropped / "GT", tmp_path / "back")
