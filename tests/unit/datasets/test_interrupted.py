"""A job that is stopped or killed leaves whole files and is taken up again."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import tifffile

from rescale4dl_core.datasets.rescaling import rescale_datasets
from rescale4dl_core.datasets.source import find_datasets
from rescale4dl_core.datasets.versions import DatasetChoices
from rescale4dl_core.quantities import RescaleFactor

COARSER = RescaleFactor.coarser(2)
CHOICES = DatasetChoices((COARSER,))
ROOT = Path(__file__).parents[3]


def _heed_ctrl_c():
    """Undo what a shell does to the jobs it starts in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def rescaled(folder, out, choices=CHOICES, **options):
    return rescale_datasets(find_datasets(folder), choices, out, **options)


def times_of(folder):
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*.tif")}


def children_of(pid):
    """Return the processes that a process has started."""
    try:
        return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:
        return []


def wait_until(condition, what, seconds=60.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
        threading.Event().wait(0.01)


@pytest.fixture
def start_job(make_dataset, out):
    """Return a function that rescales 24 images by the command, in two processes."""

    def start():
        stems = [f"image {number}" for number in range(24)]
        folder = make_dataset(stems=stems, shape=(300, 300))
        options = ["--coarser", "2", "1.5", "--crop", "256x256", "--workers", "2"]
        command = [sys.executable, "-m", "rescale4dl_core", "rescale", *options]
        job = subprocess.Popen(
            [*command, "--dataset", str(folder), "--out", str(out)],
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=_heed_ctrl_c,
        )
        return folder, job

    return start


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal to a process group")
def test_ctrl_c_ends_the_command_in_one_sentence_and_all_its_workers(start_job, out):
    _, job = start_job()
    try:
        wait_until(lambda: len(list(out.rglob("*.tif"))) >= 30, "the first files")
        os.killpg(job.pid, signal.SIGINT)
        _, said = job.communicate(timeout=60)
    finally:
        job.kill()
    assert job.returncode == 130
    assert said == "rescale4dl: stopped; nothing half-written is left.\n"
    assert not list(out.rglob(".*"))
    assert len(list(out.rglob("*.tif"))) < 24 * 3 * 2


@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes through /proc")
def test_a_job_killed_half_way_ends_as_if_it_had_never_been(
    start_job, tmp_path, out, contents
):
    folder, job = start_job()
    try:
        wait_until(lambda: len(list(out.rglob("*.tif"))) >= 30, "the first files")
        workers = children_of(job.pid)
    finally:
        job.kill()
        job.communicate()
    running = [Path("/proc", pid) for pid in workers]
    wait_until(lambda: not any(path.exists() for path in running), "the workers")
    killed = times_of(out)
    assert len(workers) >= 2
    assert 30 <= len(killed) < 24 * 3 * 2
    for path in killed:
        assert tifffile.imread(path).shape == (256, 256)
    litter = out / "nuclei_crop_256x256" / "OG" / "GT" / ".0123456789abcdef.part"
    litter.write_text("half")
    choices = DatasetChoices((COARSER, RescaleFactor.coarser(1.5)), crop_px=(256, 256))
    resumed = rescaled(folder, out, choices)
    assert len(resumed.written) == 24 * 3 * 2 - len(killed)
    assert killed.items() <= times_of(out).items()
    rescaled(folder, tmp_path / "at once", choices)
    assert contents(out) == contents(tmp_path / "at once")
