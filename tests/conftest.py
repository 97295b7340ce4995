"""Shared builders of label images with known answers, and the way to the real data."""

from pathlib import Path

import numpy as np
import pytest

from rescale4dl_core.labels import Labels

SHARED_DATA = Path(__file__).parents[2] / "shared" / "data"


def disk_labels(shape: tuple[int, int], *disks: tuple[float, float, float]) -> Labels:
    """Return labels with one disk per (row, column, radius), radius in px."""
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    pixels = np.zeros(shape, np.int32)
    for label, (row, column, radius) in enumerate(disks, start=1):
        pixels[(rows - row) ** 2 + (columns - column) ** 2 <= radius**2] = label
    return Labels.parse(pixels, source="disk_labels")


@pytest.fixture
def two_disks() -> Labels:
    """Two disks of radius 10 and 20 px, far apart."""
    return disk_labels((128, 128), (30, 30, 10), (90, 90, 20))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real images; tests that need it are skipped where it is missing."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"the real images of {SHARED_DATA} are not on this machine")
    return SHARED_DATA
