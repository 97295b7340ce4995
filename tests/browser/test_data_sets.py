"""A whole data set in a real browser: uploaded as a zip, evaluated, taken along."""

import io
import re
import zipfile

import numpy as np
import pytest
import tifffile

pytestmark = pytest.mark.browser


@pytest.fixture
def data_set(tmp_path):
    """Write a zip of two samplings of two images; every prediction is the truth."""
    path = tmp_path / "cells.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for sampling, side in (("OG", 16), ("downsampling_2", 8)):
            labels = np.zeros((6 * side, 6 * side), np.uint16)
            labels[side : 2 * side, side : 2 * side] = 1
            labels[3 * side : 4 * side, side : 2 * side] = 2
            tiff = io.BytesIO()
            tifffile.imwrite(tiff, labels, photometric="minisblack")
            for folder in ("GT", "Prediction"):
                for name in ("a", "b"):
                    content = tiff.getvalue()
                    archive.writestr(f"cells/{sampling}/{folder}/{name}.tif", content)
    return path


def test_a_data_set_is_uploaded_evaluated_and_downloaded(page, server, data_set, tmp_path):
    from playwright.sync_api import expect

    page.goto(f"{server}/evaluate_segmentations")
    uploader = page.get_by_test_id("stFileUploader").filter(has_text="Zip file")
    uploader.locator("input").set_input_files(data_set)
    uploader.get_by_text(data_set.name).wait_for()
    page.get_by_role("button", name="Open", exact=True).click()
    page.get_by_text("2 samplings").wait_for()
    charts = page.get_by_test_id("stVegaLiteChart").locator("svg")
    expect(charts).to_have_count(4)
    for place in range(4):
        assert charts.nth(place).bounding_box()["height"] > 300
    page.get_by_role("button", name="Pack everything").click()
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("Download all")).click()
    path = tmp_path / "all.zip"
    download.value.save_as(path)
    with zipfile.ZipFile(path) as archive:
        assert "cells/summary.csv" in archive.namelist()
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Rescale a data").click()
    expect(page.get_by_text("my_dataset/")).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)
