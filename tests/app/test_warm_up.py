"""Two threads that need scikit-image first do not find half of it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

TWO_AT_ONCE = """
import threading
from pages._ui.shared import jobs
from rescale4dl_core.demo.sample import demo_sample
from rescale4dl_core.measuring.objects import measure_objects
from rescale4dl_core.segmentation.threshold import segment_classical

sample = demo_sample()
works = [
    lambda progress: len(measure_objects(sample.labels)),
    lambda progress: int(segment_classical(sample.image).pixels.max()),
] * 4
running = [jobs.Job(index, work) for index, work in enumerate(works)]
for job in running:
    job.start()
for job in running:
    assert job.wait(60)
print([type(job.error).__name__ for job in running])
"""


def test_threads_that_start_together_all_find_their_packages():
    said = subprocess.run(
        [sys.executable, "-c", TWO_AT_ONCE],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert said.strip() == str(["NoneType"] * 8)
