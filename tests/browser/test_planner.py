"""The planner in a real browser: what AppTest cannot see, widgets that forget and marks."""

import gc
import re

import pytest

from tests.walking import go_to, metric, settled

pytestmark = pytest.mark.browser

ROW_PX, HEADER_PX = 35, 35


@pytest.fixture
def planner(page, server):
    """Open the planner with the demo."""
    from playwright.sync_api import expect

    page.goto(server)
    expect(page.get_by_test_id("stImage").first).to_be_visible()
    go_to(page, "Planner")
    return page


def unfolded(page, title):
    page.locator("summary", has_text=title).click()


def test_a_marked_row_is_booked_and_its_mark_goes_with_the_ranking(planner):
    from playwright.sync_api import expect

    booked = planner.get_by_role("heading", level=3).first
    first = booked.inner_text()
    table = planner.get_by_test_id("stDataFrame").first
    table.scroll_into_view_if_needed()
    table.click(position={"x": 16, "y": HEADER_PX + 3.5 * ROW_PX})
    expect(booked).not_to_have_text(first)
    chosen = booked.inner_text()
    go_to(planner, "Throughput")
    go_to(planner, "Planner")
    expect(booked).to_have_text(chosen)


def test_a_mistyped_aperture_leaves_all_other_numbers_alone(planner):
    from playwright.sync_api import expect

    unfolded(planner, "How many, and how")
    wanted = planner.get_by_label("Objects wanted, per well")
    wanted.fill("5000")
    wanted.press("Enter")
    expect(metric(planner, "Time for 5,000 objects")).to_be_visible()
    unfolded(planner, "The objective of your sample")
    aperture = planner.get_by_label("Numerical aperture (NA)")
    aperture.fill("1.3")
    aperture.press("Enter")
    expect(planner.get_by_text("impossible in a medium")).to_be_visible()
    aperture.fill("0.75")
    aperture.press("Enter")
    expect(metric(planner, "Time for 5,000 objects")).to_be_visible()
    unfolded(planner, "How many, and how")
    expect(planner.get_by_label("Objects wanted, per well")).to_have_value("5000")


def test_quick_keys_on_a_slider_all_count(planner):
    from playwright.sync_api import expect

    go_to(planner, "Throughput")
    expect(planner.get_by_role("link", name="Next: Report")).to_be_visible()
    settled(planner)
    overlap = planner.get_by_role("slider", name=re.compile("Overlap"))
    overlap.focus()
    # Streamlit sends a slider 200 ms after the last key and may lose one pressed just then,
    # so keys are quick only if nothing comes between: no look-up, no garbage collection.
    gc.disable()
    for _ in range(12):
        planner.keyboard.press("ArrowRight")
    gc.enable()
    wells = planner.get_by_label("Wells or samples")
    wells.fill("12")
    wells.press("Enter")
    planner.wait_for_url(re.compile("n_wells=12"))
    settled(planner)
    expect(planner).to_have_url(re.compile("overlap_percent=12(&|$)"))
    expect(wells).to_have_value("12")
