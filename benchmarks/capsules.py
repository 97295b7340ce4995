"""Simulated objects of the size and crowding that the benchmarks are asked for."""

from __future__ import annotations

import numpy as np

from rescale4dl_core.labels import Labels


def field_of_capsules(
    side_px: int, n_objects: int, width_px: float, aspect: float, seed: int
) -> Labels:
    """Return capsules of random size, angle and place, on a grid of tiles."""
    rng = np.random.default_rng(seed)
    labels = np.zeros((side_px, side_px), np.int32)
    n_across = int(np.ceil(np.sqrt(n_objects)))
    tile_px = side_px // n_across
    rows, columns = np.mgrid[:tile_px, :tile_px] - (tile_px - 1) / 2
    for number in range(n_objects):
        width = width_px * rng.uniform(0.8, 1.2)
        half = (aspect * rng.uniform(0.8, 1.2) - 1) * width / 2
        angle, (down, right) = rng.uniform(0, np.pi), rng.uniform(-2, 2, 2)
        along = (rows - down) * np.cos(angle) + (columns - right) * np.sin(angle)
        across = (columns - right) * np.cos(angle) - (rows - down) * np.sin(angle)
        inside = np.hypot(np.maximum(np.abs(along) - half, 0), across) <= width / 2
        row, column = (tile_px * place for place in divmod(number, n_across))
        labels[row : row + tile_px, column : column + tile_px][inside] = number + 1
    return Labels.parse(labels, source="capsules")
