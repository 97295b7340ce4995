"""Entry point: page setup and navigation, nothing else."""

import os

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import streamlit as st

from pages._ui.entry import run_page
from pages._ui.session_controls import session_controls
from pages._ui.warm_up import warm_up

PAGES = (
    ("pages/sample.py", "Sample"),
    ("pages/objects.py", "Objects"),
    ("pages/rescaled_views.py", "Rescaled views"),
    ("pages/networks.py", "Networks"),
    ("pages/scale_sweep.py", "Scale sweep"),
    ("pages/recommendation.py", "Recommendation"),
)

PLANNER_PAGES = (
    ("pages/planner.py", "Planner"),
    ("pages/throughput.py", "Throughput"),
    ("pages/look_before_booking.py", "Look before booking"),
    ("pages/report.py", "Report"),
)

DATA_SET_PAGES = (
    ("pages/rescale_data_set.py", "Rescale a data set"),
    ("pages/evaluate_segmentations.py", "Evaluate segmentations"),
)


def main() -> None:
    """Show the page that was asked for."""
    st.set_page_config(page_title="ReScale4DL Advisor", page_icon="🔬", layout="wide")
    warm_up()
    sections = {"": PAGES, "Planner": PLANNER_PAGES, "Data sets": DATA_SET_PAGES}
    page = st.navigation(
        {
            section: [st.Page(path, title=title) for path, title in pages]
            for section, pages in sections.items()
        }
    )
    session_controls()
    run_page(page)


if __name__ == "__main__":
    main()
