"""Walking through the app in a real browser."""


def settled(page):
    """Wait until the app has answered."""
    app = page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')
    app.wait_for()


def go_to(page, title):
    """Open a page by the sidebar."""
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=title).click()
    page.get_by_role("heading", name=title, exact=True, level=1).wait_for()
    settled(page)


def metric(page, label):
    """Return the value of a figure."""
    return (
        page.get_by_test_id("stMetric")
        .filter(has_text=label)
        .get_by_test_id("stMetricValue")
    )
