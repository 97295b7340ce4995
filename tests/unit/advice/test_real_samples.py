"""The whole way from real masks to the answer, where the size is known beforehand."""

import pytest
import tifffile

from rescale4dl_core.advice.coverage_rule import Verdict
from rescale4dl_core.advice.recommend import recommend
from rescale4dl_core.labels import Labels
from rescale4dl_core.measuring.dataset import MeasuredImage, summarise
from rescale4dl_core.measuring.objects import measure_objects
from rescale4dl_core.quantities import PixelSize


@pytest.mark.parametrize(
    ("path", "pixel_um", "verdict"),
    [
        # 13.9 px across by its description: 7.2 %
        ("bacteria_saureus_sim_rescale4dl/labels/1.tif", 0.0799, Verdict.KEEP),
        # mean area 470 px in the published table, so about 24 px across: 4 %
        (
            "bacteria_saureus_sim_rescale4dl/segmentation_results/downsampling_2/GT/1.tif",
            None,
            Verdict.COARSER,
        ),
        # 16.2 px as circles by its table; rods 3.5x as long as wide: 16.2 / 2.05 = 8 px
        ("bacteria_phase_omnipose/labels/Sample000033.tif", None, Verdict.FINER),
    ],
)
def test_real_masks_get_the_answer_that_their_known_size_asks_for(
    shared_data, path, pixel_um, verdict
):
    labels = Labels.parse(tifffile.imread(shared_data / path), source=path)
    size = None if pixel_um is None else PixelSize.square(pixel_um)
    image = MeasuredImage(path, measure_objects(labels), labels.shape, size)
    assert recommend(summarise([image])).verdict is verdict
