"""A sample at other pixel sizes, zipped."""

import io
import zipfile

import numpy as np
import pytest
import tifffile

from rescale4dl_core.errors import CancelledError, TooLargeError
from rescale4dl_core.images import Image, ImageInfo, KnownPixelSize, Sample
from rescale4dl_core.labels import Labels
from rescale4dl_core.quantities import PixelSize, RescaleFactor
from rescale4dl_core.rescaling import series
from rescale4dl_core.session.rescaled_files import rescaled_zip

KNOWN = KnownPixelSize(PixelSize.square(0.5), "typed in")
PIXELS = np.arange(64, dtype=np.uint16).reshape(8, 8)


def _sample(*, labelled: bool) -> Sample:
    image = Image.parse(PIXELS, name="my cells µ.tif", known=KNOWN)
    info = ImageInfo(image.name, "TIFF", "YX", (8, 8), "uint16", KNOWN, ("",), ("",))
    labels = Labels.parse(np.pad(np.ones((4, 4), np.int32), 2), source="mask")
    return Sample(image, info, labels if labelled else None)


def _members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_images_and_labels_lie_in_the_folders_of_a_dataset():
    factors = [RescaleFactor.of(1.0), RescaleFactor.coarser(2)]
    members = _members(rescaled_zip(_sample(labelled=True), factors))
    assert sorted(members) == [
        "OG/GT/my cells µ.tif",
        "OG/Images/my cells µ.tif",
        "downsampling_2/GT/my cells µ.tif",
        "downsampling_2/Images/my cells µ.tif",
    ]


def test_the_files_hold_the_rescaled_pixels_and_the_new_pixel_size():
    members = _members(rescaled_zip(_sample(labelled=False), [RescaleFactor.coarser(2)]))
    (data,) = members.values()
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        pixels = file.asarray()
        pixels_per_um, per = file.pages.first.tags["XResolution"].value
        unit = file.imagej_metadata["unit"]
    means = PIXELS.reshape(4, 2, 4, 2).mean(axis=(1, 3))
    np.testing.assert_allclose(pixels, means, atol=0.5)
    assert per / pixels_per_um == pytest.approx(1.0)  # twice 0.5 µm
    assert unit == "micron"


def test_what_would_take_too_much_memory_is_refused(monkeypatch):
    monkeypatch.setattr(series, "LARGE_BYTES", 100)
    with pytest.raises(TooLargeError, match="finer"):
        rescaled_zip(_sample(labelled=False), [RescaleFactor.finer(4)])


def test_the_work_can_be_stopped():
    def stop(fraction: float, message: str, /) -> None:
        raise CancelledError(message)

    with pytest.raises(CancelledError):
        rescaled_zip(_sample(labelled=False), [RescaleFactor.coarser(2)], progress=stop)
