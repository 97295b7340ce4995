"""The first picture does not wait for packages that only later pages need."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

LATER = {"nanopyx", "numba", "skimage", "sklearn", "matplotlib", "onnxruntime", "torch"}

FIRST_RUN = """
import sys
from streamlit.testing.v1 import AppTest
from pages._ui.shared import navigation
navigation.warm_up = lambda: None
app = AppTest.from_file("app.py", default_timeout=60).run()
assert not app.exception
print("loaded:", *sys.modules)
"""


def test_the_demo_is_shown_without_loading_heavy_packages():
    said = subprocess.run(
        [sys.executable, "-c", FIRST_RUN],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    loaded = said.partition("loaded:")[2].split()
    assert "streamlit" in loaded
    assert not LATER & set(loaded)
