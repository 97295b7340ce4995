"""The main job in a real browser: open an image, walk every page, take the answer along."""

import json
import re

import numpy as np
import pytest
import tifffile

from tests.walking import go_to, metric, settled

pytestmark = pytest.mark.browser

TITLES = ["Sample", "Objects", "Rescaled views", "Recommendation", "Throughput"]

N_DISKS = 36
DIAMETER_PX = 31.0
PIXEL_SIZE_UM = 0.2


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Write an image of 36 disks, 31 px (6.2 µm) across, and its mask."""
    folder = tmp_path_factory.mktemp("files")
    rows, columns = np.mgrid[:400, :400]
    labels = np.zeros((400, 400), np.uint16)
    for index in range(N_DISKS):
        row, column = 35 + 65 * (index // 6), 35 + 65 * (index % 6)
        inside = (rows - row) ** 2 + (columns - column) ** 2 <= (DIAMETER_PX / 2) ** 2
        labels[inside] = index + 1
    noise = np.random.default_rng(0).normal(0, 20, labels.shape)
    image = (300 + 1500 * (labels > 0) + noise).astype(np.uint16)
    resolution = (1 / PIXEL_SIZE_UM, 1 / PIXEL_SIZE_UM)
    tifffile.imwrite(
        folder / "disks.tif",
        image,
        imagej=True,
        resolution=resolution,
        metadata={"unit": "um"},
    )
    tifffile.imwrite(folder / "disks_mask.tif", labels)
    (folder / "broken.tif").write_bytes(b"II*\0" + b"not a picture" * 20)
    return folder


def open_files(page, image, mask=None):
    settled(page)
    for label, path in (("Images of one sample", image), ("Their masks", mask)):
        if path is not None:
            uploader = page.get_by_test_id("stFileUploader").filter(has_text=label)
            uploader.locator("input").set_input_files(path)
            uploader.get_by_text(path.name).wait_for()
    page.get_by_test_id("stForm").get_by_role("button", name="Open").first.click()


def opened(page):
    """Return the table of facts of a file that was opened; the demo is no TIFF."""
    return page.get_by_role("table").filter(has_text="ImageJ TIFF")


def test_from_an_image_and_its_mask_to_a_downloaded_recommendation(
    page, server, files, tmp_path
):
    from playwright.sync_api import expect

    page.goto(server)
    expect(page.get_by_text("simulated by this program")).to_be_visible()
    expect(page.get_by_test_id("stImage").first).to_be_visible()

    open_files(page, files / "disks.tif", files / "disks_mask.tif")
    expect(opened(page)).to_contain_text("0.2 µm")
    expect(opened(page)).to_contain_text("disks_mask.tif")
    expect(page.get_by_text("simulated by this program")).to_have_count(0)

    page.get_by_role("link", name="Next: Objects").click()
    expect(metric(page, "Objects measured")).to_have_text(str(N_DISKS))
    expect(metric(page, "Mean diameter")).to_have_text(re.compile(r"^6\.\d+ µm$"))
    expect(page.get_by_test_id("stVegaLiteChart").locator("svg").first).to_be_visible()

    for title in TITLES:
        go_to(page, title)
        expect(page.get_by_test_id("stException")).to_have_count(0)
        expect(page.get_by_text("simulated by this program")).to_have_count(0)
        page.screenshot(path=tmp_path / f"{title}.png")

    go_to(page, "Throughput")
    per_hour = metric(page, "Objects per hour")
    before = per_hour.inner_text()
    slider = page.get_by_role("slider", name=re.compile("Stage move"))
    slider.focus()
    slider.press("End")
    expect(per_hour).not_to_have_text(before)

    go_to(page, "Recommendation")
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("JSON")).first.click()
    answer = json.loads(download.value.path().read_text(encoding="utf-8"))
    assert answer["n_objects"] == N_DISKS
    assert answer["diameter_px"] == pytest.approx(DIAMETER_PX, rel=0.02)
    assert answer["pixel_size_um"] == pytest.approx(PIXEL_SIZE_UM * answer["ratio"])
    assert answer["reasons"]


def test_two_clicks_measure_what_lies_under_them(page, server, files):
    """The browser shows the picture at a size of its own; the diameter comes out right."""
    from playwright.sync_api import expect

    page.goto(server)
    open_files(page, files / "disks.tif")
    expect(opened(page)).to_be_visible()
    go_to(page, "Objects")
    page.get_by_text("Draw a few diameters by hand").click()
    picture = page.frame_locator("iframe").get_by_role("img")
    box = picture.bounding_box()
    scale = box["width"] / 400
    left_px, right_px, row_px = 35 - DIAMETER_PX / 2, 35 + DIAMETER_PX / 2, 35
    picture.click(position={"x": left_px * scale, "y": row_px * scale})
    expect(page.get_by_text("opposite edge of the same object")).to_be_visible()
    picture.click(position={"x": right_px * scale, "y": row_px * scale})
    expect(metric(page, "Objects measured")).to_have_text("1")
    measured_um = float(metric(page, "Mean diameter").inner_text().split()[0])
    assert measured_um == pytest.approx(DIAMETER_PX * PIXEL_SIZE_UM, abs=2 * 0.2 / scale)


def test_a_broken_file_is_explained_and_the_session_stays(page, server, files):
    from playwright.sync_api import expect

    page.goto(server)
    open_files(page, files / "disks.tif")
    expect(opened(page)).to_be_visible()
    open_files(page, files / "broken.tif")
    expect(page.get_by_test_id("stAlert")).to_contain_text("broken.tif")
    expect(opened(page)).to_be_visible()


def test_the_first_visit_of_a_server_may_be_a_link_to_a_page(page, fresh_server):
    from playwright.sync_api import expect

    page.goto(f"{fresh_server}/throughput")
    heading = page.get_by_role("heading", name="Throughput", exact=True, level=1)
    expect(heading).to_be_visible()
    links = page.get_by_test_id("stSidebarNav").get_by_role("link")
    expect(links.first).to_have_text(TITLES[0])
    texts = links.all_inner_texts()
    assert [text for text in texts if text in TITLES] == TITLES
