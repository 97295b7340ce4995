"""Shared builders of label images, the way to the real data, and a machine offline."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from rescale4dl_core.labels import Labels

SHARED_DATA = Path(__file__).parents[2] / "shared" / "data"

FORBIDDING = Path(__file__).parent / "network" / "forbidding"


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


@dataclass(frozen=True)
class Offline:
    """A fresh home, and an environment whose processes reach nothing but this machine."""

    home: Path
    environment: dict[str, str]
    record: Path

    @property
    def attempts(self) -> list[str]:
        """What the processes tried to reach, one line each."""
        if not self.record.exists():
            return []
        return self.record.read_text(encoding="utf-8").splitlines()


@pytest.fixture(scope="session")
def forbidding_library(tmp_path_factory):
    """Compile the library that stops compiled code too; None where that cannot be done."""
    compiler = shutil.which("cc")
    if compiler is None or not sys.platform.startswith("linux"):
        return None
    library = tmp_path_factory.mktemp("forbidding") / "forbid.so"
    source = FORBIDDING / "forbid.c"
    command = [compiler, "-Wall", "-Werror", "-shared", "-fPIC", "-o", library, source]
    subprocess.run([*command, "-ldl"], check=True)
    return library


@pytest.fixture(scope="session")
def offline_in(forbidding_library):
    """Return a function that makes an `Offline` in an empty folder."""

    def make(folder: Path) -> Offline:
        home, record = folder / "home", folder / "attempts.txt"
        home.mkdir()
        environment = {**os.environ, "HOME": str(home), "FORBIDDEN_RECORD": str(record)}
        environment.pop("ORT_DISABLE_TELEMETRY", None)
        environment["STREAMLIT_SERVER_HEADLESS"] = "true"
        environment["PYTHONPATH"] = str(FORBIDDING)
        if forbidding_library is not None:
            environment["LD_PRELOAD"] = str(forbidding_library)
        return Offline(home, environment, record)

    return make
