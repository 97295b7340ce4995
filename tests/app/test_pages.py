"""Every page opens, on the demo and on an image of unknown pixel size."""

from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("pages/[!_]*.py"))

TITLES = [
    *("Sample", "Objects", "Rescaled views", "Recommendation", "Throughput", "Report"),
]
JOB = [f"pages/{title.lower().replace(' ', '_')}.py" for title in TITLES]
"""The pages that show the sample, in the order of the job."""


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens(app, page):
    app.run()
    app.switch_page(page).run()
    assert not app.exception
    assert not app.error


@pytest.mark.parametrize("page", JOB)
def test_a_page_opens_on_the_demo_which_is_called_simulated(app, page):
    app.run()
    app.switch_page(page).run()
    assert any("simulated" in info.value for info in app.info)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_where_the_pixel_size_is_unknown(app, upload, disks, as_tiff, page):
    labels, image = disks
    upload([("cells.tif", as_tiff(image))], [("cells_mask.tif", as_tiff(labels))])
    app.switch_page(page).run()
    assert not app.exception
    assert not app.error


@pytest.mark.parametrize("page", JOB[1:])
def test_an_image_without_any_contrast_is_explained_once(app, upload, as_tiff, page):
    upload([("flat.tif", as_tiff(np.full((64, 64), 7, np.uint16)))])
    app.switch_page(page).run()
    assert not app.exception
    assert len(app.error) == 1
    assert "every pixel has the value 7" in app.error[0].value


@pytest.mark.parametrize("page", JOB)
def test_a_page_says_what_comes_next(app, page):
    app.run()
    app.switch_page(page).run()
    links = [link.proto.label for link in app.get("page_link")]
    assert any("Next" in link for link in links)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_entered_through_the_app(page):
    """A link to a page of a fresh server would run that file alone."""
    text = (ROOT / page).read_text(encoding="utf-8")
    assert text.index("enter_through_app()\n") < text.index("st.title(")


def test_the_pages_stand_in_the_order_of_the_job(app):
    from pages._ui.shared.navigation import SECTIONS

    app.run()
    titles = [title for section in SECTIONS.values() for _, title in section]
    assert [title for title in titles if title in TITLES] == TITLES
