"""The sample that ships: simulated nuclei, so that their truth is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from rescale4dl_core.demo.fluorescence import light_on_camera, photograph
from rescale4dl_core.demo.round_objects import RoundObject, gap_px, paint, set_against
from rescale4dl_core.images import Image, ImageInfo, KnownPixelSize, Sample
from rescale4dl_core.labels import Labels
from rescale4dl_core.quantities import PixelSize

if TYPE_CHECKING:
    from numpy.typing import NDArray


SHARE_TOUCHING = 0.35
"""Share of the nuclei that are set against a neighbour."""

LARGEST_OVERLAP_PX = 1.5
"""Overlaps up to this become a straight border between two touching nuclei."""


def scatter_nuclei(
    rng: np.random.Generator, shape_px: tuple[int, int], n_nuclei: int, radius_px: float
) -> list[RoundObject]:
    """Place nuclei at random, some against each other, also across the border."""
    placed: list[RoundObject] = []
    while len(placed) < n_nuclei:
        nucleus = _random_nucleus(rng, shape_px, radius_px)
        if placed and rng.random() < SHARE_TOUCHING:
            nucleus = set_against(placed[rng.integers(len(placed))], nucleus)
        if all(gap_px(nucleus, other) > -LARGEST_OVERLAP_PX for other in placed):
            placed.append(nucleus)
    return placed


def _random_nucleus(
    rng: np.random.Generator, shape_px: tuple[int, int], radius_px: float
) -> RoundObject:
    return RoundObject(
        row_px=rng.uniform(-0.5, shape_px[0] - 0.5),
        column_px=rng.uniform(-0.5, shape_px[1] - 0.5),
        radius_px=radius_px * rng.lognormal(sigma=0.13),
        axis_ratio=rng.uniform(1.02, 1.45),
        angle_rad=rng.uniform(0, np.pi),
        waves=tuple(
            (amplitude * rng.uniform(), rng.uniform(0, 2 * np.pi))
            for amplitude in (0.04, 0.03, 0.015)
        ),
    )


NAME = "demo"
SEED = 20250
SHAPE_PX = (512, 512)
PIXEL_SIZE_UM = 0.2
N_NUCLEI = 52
RADIUS_PX = 22.0
"""Nuclei of 44 px (8.8 µm): many more pixels than a network needs to find them."""

BRIGHTNESS_PHOTOELECTRONS = 210.0
BACKGROUND_PHOTOELECTRONS = 18.0


def demo_sample() -> Sample:
    """Simulate fluorescent nuclei under a microscope, with their true labels.

    512 x 512 px of 0.2 µm: 52 nuclei of different size, shape and brightness, some
    touching, some cut by the border, with chromatin texture, blur, light from out of focus,
    uneven illumination, and the noise of light and camera. The same every time.

    Examples
    --------
    >>> sample = demo_sample()
    >>> sample.image.shape, sample.image.pixel_size.y_um, sample.labels.pixels.max()
    ((512, 512), 0.2, np.int32(52))
    """
    rng = np.random.default_rng(SEED)
    labels = paint(scatter_nuclei(rng, SHAPE_PX, N_NUCLEI, RADIUS_PX), SHAPE_PX)
    light = light_on_camera(_stain(rng, labels), BACKGROUND_PHOTOELECTRONS)
    known = KnownPixelSize(PixelSize.square(PIXEL_SIZE_UM), "simulated")
    image = Image.parse(photograph(rng, light), name=NAME, known=known)
    info = ImageInfo(
        name=NAME,
        format="simulated",
        axes="YX",
        shape=SHAPE_PX,
        dtype=str(image.pixels.dtype),
        known=known,
        channels=("simulated nuclei",),
        scenes=(),
    )
    return Sample(image, info, Labels.parse(labels, source="simulated truth"))


def _stain(rng: np.random.Generator, labels: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return the mean photoelectrons per pixel of the stained nuclei, in perfect focus."""
    brightness = rng.lognormal(np.log(BRIGHTNESS_PHOTOELECTRONS), 0.3, N_NUCLEI + 1)
    brightness[0] = 0
    edge_px = ndimage.distance_transform_edt(labels > 0)
    thickness = np.sqrt(np.clip(edge_px / RADIUS_PX, 0, 1))
    chromatin = 1 + _texture(rng, 1.6, 0.10) + _texture(rng, 4.5, 0.16)
    stain: NDArray[np.float64] = brightness[labels] * (0.45 + 0.55 * thickness) * chromatin
    return stain


def _texture(
    rng: np.random.Generator, grain_px: float, strength: float
) -> NDArray[np.float64]:
    """Return smooth noise of mean 0 with a standard deviation of `strength`."""
    noise = ndimage.gaussian_filter(rng.normal(size=SHAPE_PX), grain_px)
    texture: NDArray[np.float64] = strength * noise / noise.std()
    return texture
