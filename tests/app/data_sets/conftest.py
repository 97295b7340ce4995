"""Small data sets as zip files, and a user who uploads them."""

import io
import zipfile

import numpy as np
import pytest
import tifffile

EVALUATE = "pages/evaluate_segmentations.py"

ORIGINS = [(20, 20), (20, 70), (70, 20), (70, 70)]


def four_squares(side, shape=(96, 96)):
    """Return four squares of `side` px with room around them."""
    labels = np.zeros(shape, np.uint16)
    for index, (row, column) in enumerate(ORIGINS):
        labels[row * shape[0] // 96 :, :][:side, column * shape[1] // 96 :][:, :side] = (
            index + 1
        )
    return labels


def zip_of(files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            if isinstance(content, np.ndarray):
                tiff = io.BytesIO()
                tifffile.imwrite(tiff, content, photometric="minisblack")
                content = tiff.getvalue()
            archive.writestr(name, content)
    return stream.getvalue()


@pytest.fixture
def squares():
    return four_squares


@pytest.fixture
def zipped():
    return zip_of


@pytest.fixture
def predictions():
    """Two samplings of three images: perfect in OG, one square of four missed below it."""
    whole, half = four_squares(16), four_squares(8, (48, 48))
    missed = np.where(half == 1, 0, half)
    files = {}
    for name in ("a", "b", "c"):
        files[f"ds/OG/GT/{name}.tif"] = files[f"ds/OG/Prediction/{name}.tif"] = whole
        files[f"ds/downsampling_2/GT/{name}.tif"] = half
        files[f"ds/downsampling_2/Prediction/{name}.tif"] = missed
    return files


@pytest.fixture
def images():
    rng = np.random.default_rng(0)
    files = {
        f"ds/Images/{name}.tif": rng.integers(0, 255, (32, 48), np.uint8) for name in "ab"
    }
    return {**files, "ds/Labels/a.tif": four_squares(4, (32, 48))}


@pytest.fixture
def send(app):
    """Return a function that uploads a zip file on a page of data sets."""

    def open_zip(page, content, name="ds.zip"):
        slot = "open_evaluation" if page == EVALUATE else "open_rescale"
        app.switch_page(page).run()
        app.file_uploader(key=f"{slot}_zip").set_value([(name, content, "application/zip")])
        app.button(key=f"{slot}_open").click().run()
        assert not app.exception
        return app

    return open_zip


def all_texts(app):
    return " ".join(element.value for element in [*app.markdown, *app.caption])


def names_of_uploads(app):
    return sorted(path.name for path in app.session_state["uploads"].path.iterdir())


@pytest.fixture
def texts():
    return all_texts


@pytest.fixture
def uploaded():
    return names_of_uploads
