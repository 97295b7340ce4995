"""What is finished stays, what differs is refused, what was killed is taken up again."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import tifffile

from rescale4dl_core.datasets import exclusive
from rescale4dl_core.datasets.choices import DatasetChoices, ReadingChoices
from rescale4dl_core.datasets.exclusive import only_job_in
from rescale4dl_core.datasets.mapping import read_mappings
from rescale4dl_core.datasets.rescaling import rescale_datasets
from rescale4dl_core.datasets.source import find_datasets
from rescale4dl_core.errors import OutputError
from rescale4dl_core.quantities import RescaleFactor
from rescale4dl_core.reading.selection import Selection
from rescale4dl_core.rescale.binning import Binning
from rescale4dl_core.writing.image_tiff import write_image_tiff

COARSER = RescaleFactor.coarser(2)
CHOICES = DatasetChoices((COARSER,))
ROOT = Path(__file__).parents[3]


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def rescaled(folder, out, choices=CHOICES, **options):
    return rescale_datasets(find_datasets(folder), choices, out, **options)


def times_of(folder):
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*.tif")}


def test_a_second_run_writes_nothing(make_dataset, out):
    folder = make_dataset()
    rescaled(folder, out)
    before = times_of(out)
    job = rescaled(folder, out)
    assert not job.written
    assert job.n_finished_before == job.n_images == 2
    assert [found.n_labels for found in job.folders] == [2, 2]
    assert times_of(out) == before


def test_overwriting_what_is_right_already_leaves_it(make_dataset, out):
    folder = make_dataset()
    rescaled(folder, out)
    before = times_of(out)
    assert not rescaled(folder, out, overwrite=True).written
    assert times_of(out) == before


def test_a_missing_file_is_made_again_and_nothing_else(make_dataset, out, contents):
    folder = make_dataset()
    rescaled(folder, out)
    before = contents(out)
    missing = out / "nuclei" / "downsampling_2" / "GT" / "b.tif"
    missing.unlink()
    others = times_of(out)
    job = rescaled(folder, out)
    assert job.written == (missing,)
    assert job.n_finished_before == 1
    assert contents(out) == before
    assert others.items() <= times_of(out).items()


def test_new_factors_and_new_images_are_added(make_dataset, out):
    rescaled(make_dataset(stems=("a",)), out)
    before = times_of(out)
    more = DatasetChoices((COARSER, RescaleFactor.coarser(4)))
    job = rescaled(make_dataset(stems=("b",)), out, more)
    assert len(job.written) == 2 * 3 + 2
    assert before.items() <= times_of(out).items()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (
            ReadingChoices(pixel_size_um=0.3),
            r"pixel size \(um\) was not set and is now 0.3",
        ),
        (ReadingChoices(Selection(channel=0)), "channel was not set and is now 0"),
    ],
)
def test_other_settings_are_not_mixed_in_without_consent(make_dataset, out, changed, words):
    folder = make_dataset()
    rescaled(folder, out)
    before = times_of(out)
    other = DatasetChoices((COARSER,), reading=changed)
    with pytest.raises(
        OutputError, match=rf"8 file\(s\).*other settings \({words}\).*--over"
    ):
        rescaled(folder, out, other)
    assert times_of(out) == before
    assert len(rescaled(folder, out, other, overwrite=True).written) == 8


def test_replacing_leaves_nothing_of_the_old_settings(make_dataset, out):
    folder = make_dataset(stems=("a", "gone"))
    rescaled(folder, out)
    for part in ("Images", "Labels"):
        (folder / part / "gone.tif").unlink()
    other = DatasetChoices((COARSER,), reading=ReadingChoices(pixel_size_um=0.3))
    rescaled(folder, out, other, overwrite=True)
    assert not list(out.rglob("gone.tif"))


def test_a_source_that_changed_is_not_taken_for_finished(make_dataset, out):
    folder = make_dataset()
    rescaled(folder, out)
    pixels = np.full((48, 40), 7, np.uint16)
    write_image_tiff(folder / "Images" / "a.tif", pixels, None, overwrite=True)
    with pytest.raises(OutputError, match=r"4 file\(s\) are in the way.*has changed since"):
        rescaled(folder, out)
    job = rescaled(folder, out, overwrite=True)
    assert {path.name for path in job.written} == {"a.tif"}
    made = tifffile.imread(out / "nuclei" / "downsampling_2" / "Images" / "a.tif")
    assert (made == 7).all()


def test_a_source_of_the_same_size_but_another_time_is_another_file(make_dataset, out):
    folder = make_dataset()
    rescaled(folder, out)
    os.utime(folder / "Images" / "a.tif", ns=(0, 0))
    with pytest.raises(OutputError, match="has changed since"):
        rescaled(folder, out)


def test_images_that_are_not_given_again_stay_and_are_remembered(make_dataset, out):
    folder = make_dataset()
    cropped = DatasetChoices((COARSER,), crop_px=(20, 20))
    rescaled(folder, out, cropped)
    before = times_of(out)
    for part in ("Images", "Labels"):
        (folder / part / "a.tif").rename(folder / f"{part}.tif")
    rescaled(folder, out, cropped)
    assert list(read_mappings(out / "nuclei_crop_20x20" / "OG" / "mapping.csv")) == [
        "a.tif",
        "b.tif",
    ]
    for part in ("Images", "Labels"):
        (folder / f"{part}.tif").rename(folder / part / "a.tif")
    assert not rescaled(folder, out, cropped).written
    assert times_of(out) == before


def test_labels_that_came_later_are_no_silent_addition(make_dataset, out):
    folder = make_dataset(labels=None)
    rescaled(folder, out)
    make_dataset("other")
    (folder.parent / "other" / "Labels").rename(folder / "Labels")
    with pytest.raises(OutputError, match="has changed since"):
        rescaled(folder, out)
    assert len(rescaled(folder, out, overwrite=True).written) == 8


def test_files_of_others_are_never_touched_without_consent(make_dataset, out):
    theirs = out / "nuclei" / "OG" / "Images" / "a.tif"
    theirs.parent.mkdir(parents=True)
    theirs.write_bytes(b"mine")
    folder = make_dataset()
    with pytest.raises(OutputError, match=r"1 file.*a.tif: it was not written by this job"):
        rescaled(folder, out)
    assert theirs.read_bytes() == b"mine"
    rescaled(folder, out, overwrite=True)
    assert tifffile.imread(theirs).shape == (48, 40)


def test_a_table_of_others_is_never_touched_without_consent(make_dataset, out):
    theirs = out / "nuclei_crop_8x8" / "OG" / "mapping.csv"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("mine")
    with pytest.raises(OutputError, match=r"mapping.csv: it was not written by this job"):
        rescaled(make_dataset(), out, DatasetChoices(crop_px=(8, 8)))
    assert theirs.read_text() == "mine"


def test_a_note_that_cannot_be_understood_is_refused(make_dataset, out):
    folder = make_dataset()
    rescaled(folder, out)
    (out / "nuclei" / "OG" / "rescaled.json").write_text("{}")
    with pytest.raises(OutputError, match=r"rescaled.json.*cannot be understood"):
        rescaled(folder, out)


def test_the_data_set_itself_is_no_place_to_write(make_dataset, tmp_path):
    with pytest.raises(OutputError, match="into the data set itself"):
        rescaled(make_dataset(), tmp_path)


def test_sums_and_means_do_not_meet(make_dataset, out):
    folder = make_dataset()
    rescaled(folder, out)
    job = rescaled(folder, out, DatasetChoices((COARSER,), (Binning.SUM,)))
    assert {found.dataset for found in job.folders} == {"nuclei_sum"}


def test_two_jobs_do_not_write_into_one_folder(make_dataset, out):
    folder = make_dataset()
    code = (
        "import sys, pathlib\n"
        "from rescale4dl_core.datasets.exclusive import only_job_in\n"
        "with only_job_in(pathlib.Path(sys.argv[1])):\n"
        "    print('held', flush=True); sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(out)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(OutputError, match="Another job is writing into"):
            rescaled(folder, out)
        other.kill()
    assert rescaled(folder, out).written
    with only_job_in(out):
        pass
    assert not list(out.glob(".*"))


def test_a_lock_that_its_owner_removes_meanwhile_does_not_count(tmp_path, monkeypatch):
    lock = exclusive._lock

    def lock_too_late(handle):
        (tmp_path / exclusive.FILE_NAME).unlink()
        lock(handle)

    monkeypatch.setattr(exclusive, "_lock", lock_too_late)
    with pytest.raises(OutputError, match="Another job"), only_job_in(tmp_path):
        pass


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
