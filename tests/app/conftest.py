"""The app under Streamlit's own tester, and small files to open with it."""

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tifffile
from streamlit.testing.v1 import AppTest

from pages._ui.shared import jobs, warm_up
from rescale4dl_core.images import Image
from rescale4dl_core.labels import Labels

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """Wait for the work of small images, however busy the machine is."""
    monkeypatch.setattr(jobs, "PATIENCE_S", 60.0)


@pytest.fixture(autouse=True)
def cold(monkeypatch):
    """Load nothing in the background: tests of the core may import at the same time."""
    monkeypatch.setattr(warm_up, "warm_up", lambda: None)


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)


def tiff(pixels, um_per_px=None) -> bytes:
    """Return an ImageJ TIFF; without a pixel size, a plain one."""
    stream = io.BytesIO()
    if um_per_px is None:
        tifffile.imwrite(stream, pixels, photometric="minisblack")
    else:
        tifffile.imwrite(
            stream,
            pixels,
            imagej=True,
            resolution=(1 / um_per_px, 1 / um_per_px),
            metadata={"unit": "um"},
        )
    return stream.getvalue()


@pytest.fixture
def disks():
    """Sixteen disks, 20 px across: labels, and the image they were seen in."""
    rows, columns = np.mgrid[:256, :256]
    labels = np.zeros((256, 256), np.uint16)
    for index in range(16):
        row, column = 32 + 64 * (index // 4), 32 + 64 * (index % 4)
        labels[(rows - row) ** 2 + (columns - column) ** 2 <= 100] = index + 1
    noise = np.random.default_rng(0).normal(0, 3, labels.shape)
    return labels, (200 + 900 * (labels > 0) + noise).astype(np.uint16)


@pytest.fixture
def upload(app):
    """Return a function that opens files on the Sample page, as a user does."""

    def send(images, masks=()):
        app.switch_page("pages/sample.py").run()
        app.file_uploader(key="images").set_value([(n, b, "image/tiff") for n, b in images])
        app.file_uploader(key="masks").set_value([(n, b, "image/tiff") for n, b in masks])
        app.button(key="open_upload").click().run()
        return app

    return send


@pytest.fixture
def as_tiff():
    return tiff


def widget(elements, start):
    """Return the one widget whose key starts so; the rest of the key names the image."""
    (found,) = [element for element in elements if (element.key or "").startswith(start)]
    return found


@pytest.fixture
def find():
    return widget


@pytest.fixture
def in_session(app):
    """Return a function that puts an image with its labels into the session."""

    def show(labels_pixels, **choices):
        app.run()
        session = app.session_state["session"]
        image = Image.parse(
            labels_pixels.astype(np.float32),
            name="in memory",
            known=session.entry.sample.image.known,
        )
        labels = Labels.parse(labels_pixels, source="in memory")
        sample = replace(session.entry.sample, image=image, labels=labels)
        session = session.with_entry(replace(session.entry, sample=sample))
        app.session_state["session"] = session.with_choices(
            replace(session.choices, **choices)
        )
        return app

    return show
