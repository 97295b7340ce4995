"""What is finished stays, and what differs is refused."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tifffile

from rescale4dl_core.datasets import rescaling
from rescale4dl_core.datasets.mapping import read_mappings
from rescale4dl_core.datasets.rescaling import only_job_in, rescale_datasets
from rescale4dl_core.datasets.source import find_datasets
from rescale4dl_core.datasets.versions import DatasetChoices, ReadingChoices
from rescale4dl_core.errors import OutputError
from rescale4dl_core.quantities import RescaleFactor
from rescale4dl_core.reading.opened import Selection
from rescale4dl_core.rescaling.binning import Binning
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
        "from rescale4dl_core.datasets.rescaling import only_job_in\n"
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
    lock = rescaling._lock

    def lock_too_late(handle):
        (tmp_path / rescaling.FILE_NAME).unlink()
        lock(handle)

    monkeypatch.setattr(rescaling, "_lock", lock_too_late)
    with pytest.raises(OutputError, match="Another job"), only_job_in(tmp_path):
        pass
