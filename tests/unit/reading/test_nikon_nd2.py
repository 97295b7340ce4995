"""ND2 layouts that no file at hand has, from an ND2File that stands in for the library.

The real file is in tests/golden/test_formats.py.
"""

from types import SimpleNamespace

import numpy as np
import pytest

from rescale4dl_core.reading.image import read_image, read_info
from rescale4dl_core.reading.opened import Selection


class StandInND2File:
    """Positions x planes of a frame; the values tell position, plane and place."""

    channels = 1
    components = 1

    def __init__(self, _path):
        self.dtype = np.dtype("uint16")
        self.attributes = SimpleNamespace(heightPx=6)
        self.components_per_channel = self.components
        points = [SimpleNamespace(name=name) for name in ("A1", None)]
        parameters = SimpleNamespace(points=points)
        self.experiment = [SimpleNamespace(type="XYPosLoop", parameters=parameters)]
        self.metadata = SimpleNamespace(channels=None)
        in_frame = {"S": 3} if self.components == 3 else {}
        n_channels = self.channels * (1 if in_frame else self.components)
        frame = {"C": n_channels} if n_channels > 1 else {}
        self.sizes = {"P": 2, "Z": 3, **frame, "Y": 6, "X": 8, **in_frame}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def voxel_size(self):
        """Return µm."""
        return SimpleNamespace(x=0.2, y=0.2, z=0.5)

    def read_frame(self, number):
        """Return frame `number` without axes of length 1, as the library does."""
        shape = (self.channels, 6, 8, self.components)
        return (np.arange(np.prod(shape)).reshape(shape) + 1000 * number).squeeze()


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "plate.nd2"
    path.write_bytes(b"\xda\xce\xbe\n")
    return path


def stand_in(monkeypatch, *, channels=1, components=1):
    import nd2

    layout = {"channels": channels, "components": components}
    monkeypatch.setattr(nd2, "ND2File", type("Layout", (StandInND2File,), layout))


def test_stage_positions_are_scenes_with_their_names(path, monkeypatch):
    stand_in(monkeypatch)
    info = read_info(path)
    assert info.scenes == ("A1", "position 1")
    assert (info.axes, info.shape) == ("ZYX", (3, 6, 8))
    image = read_image(path, Selection(plane=2, scene=1))
    np.testing.assert_array_equal(image.pixels, np.arange(48).reshape(6, 8) + 5000)


def test_three_components_are_colours(path, monkeypatch):
    stand_in(monkeypatch, components=3)
    image = read_image(path, Selection(plane=0, scene=0))
    np.testing.assert_array_equal(image.pixels, np.arange(144).reshape(6, 8, 3))


@pytest.mark.parametrize(("channels", "components"), [(1, 4), (2, 2)])
def test_other_components_are_channels(path, monkeypatch, channels, components):
    stand_in(monkeypatch, channels=channels, components=components)
    stored = np.arange(channels * 48 * components).reshape(channels, 6, 8, components)
    for channel in range(channels * components):
        image = read_image(path, Selection(channel=channel, plane=0, scene=0))
        one, other = divmod(channel, components)
        np.testing.assert_array_equal(image.pixels, stored[one, ..., other])
