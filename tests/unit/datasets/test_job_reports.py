"""What a job reports: files left out, progress, cancel, a place that cannot be written."""

import numpy as np
import pytest
import tifffile

from rescale4dl_core.datasets.rescaling import rescale_datasets
from rescale4dl_core.datasets.source import find_datasets
from rescale4dl_core.datasets.versions import DatasetChoices, ReadingChoices
from rescale4dl_core.distributed.processes import LocalMapper
from rescale4dl_core.errors import CancelledError, OutputError, ReadingError
from rescale4dl_core.quantities import PixelSize, RescaleFactor
from rescale4dl_core.reading.image import read_info
from rescale4dl_core.writing.image_tiff import write_image_tiff

COARSER = RescaleFactor.coarser(2)


def rescaled(folder, choices, out, **options):
    return rescale_datasets(find_datasets(folder), choices, out, **options)


def test_a_broken_file_in_the_middle_is_reported_and_the_others_are_done(
    make_dataset, tmp_path
):
    folder = make_dataset(stems=("a", "b", "c"))
    whole = (folder / "Images" / "b.tif").read_bytes()
    (folder / "Images" / "b.tif").write_bytes(whole[: len(whole) // 2])
    job = rescaled(folder, DatasetChoices((COARSER,)), tmp_path / "out")
    assert [path.name for path in job.written] == ["a.tif"] * 4 + ["c.tif"] * 4
    (problem,) = job.problems
    assert str(problem).startswith("nuclei/b.tif: left out. b.tif: the file ends before")


def test_labels_of_another_shape_are_reported_and_their_image_left_out(
    make_dataset, tmp_path
):
    folder = make_dataset()
    tifffile.imwrite(folder / "Labels" / "a.tif", np.ones((5, 5), np.uint8))
    job = rescaled(folder, DatasetChoices((COARSER,)), tmp_path / "out")
    assert {path.name for path in job.written} == {"b.tif"}
    assert "nuclei/a.tif: left out. a.tif: the labels are 5 x 5 px" in str(job.problems[0])


def test_a_version_that_does_not_fit_is_reported_and_the_others_are_done(
    make_dataset, tmp_path
):
    choices = DatasetChoices((COARSER, RescaleFactor.coarser(45)))
    job = rescaled(make_dataset(stems=("a",)), choices, tmp_path / "out")
    (problem,) = job.problems
    assert str(problem).startswith("nuclei/downsampling_45/a.tif: not written.")
    assert [folder.n_images for folder in job.folders] == [1, 1, 0]


def test_a_crop_that_does_not_fit_is_reported_once_and_again(make_dataset, tmp_path):
    choices = DatasetChoices((RescaleFactor.coarser(45),), crop_px=(8, 8))
    folder = make_dataset(stems=("a",))
    for _ in range(2):
        job = rescaled(folder, choices, tmp_path / "out")
        assert len(job.problems) == 1
        assert "downsampling_45" in str(job.problems[0])


def test_where_nothing_can_be_read_the_job_fails_with_the_first_reason(
    make_dataset, tmp_path
):
    folder = make_dataset(stems=("a",))
    stack = np.ones((3, 48, 40), np.uint8)
    tifffile.imwrite(folder / "Images" / "a.tif", stack, photometric="minisblack")
    with pytest.raises(ReadingError, match=r"None of the 1 images.*Choose"):
        rescaled(folder, DatasetChoices((COARSER,)), tmp_path / "out")


def test_images_without_a_pixel_size_are_counted_and_a_typed_one_is_written(
    make_dataset, tmp_path
):
    folder = make_dataset()
    write_image_tiff(
        folder / "Images" / "b.tif", np.ones((48, 40), np.uint8), None, overwrite=True
    )
    job = rescaled(folder, DatasetChoices((COARSER,)), tmp_path / "one")
    assert job.cautions[0].startswith("1 of 2 images have no pixel size")
    assert "nuclei/b.tif" in job.cautions[0]
    typed = DatasetChoices((COARSER,), reading=ReadingChoices(pixel_size_um=0.5))
    job = rescaled(folder, typed, tmp_path / "two")
    assert not job.cautions
    path = tmp_path / "two" / "nuclei" / "downsampling_2" / "Images" / "b.tif"
    assert read_info(path).known.size == PixelSize.square(1.0)


def test_several_processes_write_the_same_bytes_as_one(make_dataset, tmp_path, contents):
    make_dataset("data/nuclei", stems=[f"cell {i}" for i in range(5)])
    make_dataset("data/worms", stems=("x",), labels=None)
    choices = DatasetChoices((COARSER,), same_size=True, crop_px=(30, 30))
    serial = rescaled(tmp_path / "data", choices, tmp_path / "serial")
    parallel = rescaled(
        tmp_path / "data", choices, tmp_path / "parallel", mapper=LocalMapper(2)
    )
    assert contents(tmp_path / "parallel") == contents(tmp_path / "serial")
    assert [path.relative_to(tmp_path / "serial") for path in serial.written] == [
        path.relative_to(tmp_path / "parallel") for path in parallel.written
    ]


@pytest.mark.parametrize("n_workers", [1, 2])
def test_a_cancelled_job_leaves_whole_files_and_is_taken_up_again(
    make_dataset, tmp_path, contents, n_workers
):
    folder = make_dataset(stems=[f"{i}" for i in range(6)], shape=(200, 200))
    choices = DatasetChoices((COARSER, RescaleFactor.coarser(3)))
    out = tmp_path / "out"

    def stop_half_way(fraction, message):
        if fraction >= 0.5:
            raise CancelledError("enough")

    mapper = LocalMapper(n_workers)
    with pytest.raises(CancelledError):
        rescaled(folder, choices, out, mapper=mapper, progress=stop_half_way)
    assert not list(out.rglob(".*"))
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*.tif")}
    assert 0 < len(before) < 36
    rescaled(folder, choices, out, mapper=mapper)
    assert {path: path.stat().st_mtime_ns for path in before} == before
    rescaled(folder, choices, tmp_path / "at once")
    assert contents(out) == contents(tmp_path / "at once")


def test_progress_runs_from_nothing_to_one(make_dataset, tmp_path):
    fractions = []
    rescaled(
        make_dataset(),
        DatasetChoices((COARSER,)),
        tmp_path / "out",
        progress=lambda fraction, message: fractions.append(fraction),
    )
    assert fractions[0] == 0
    assert fractions[-1] == 1
    assert fractions == sorted(fractions)


def test_a_place_where_nothing_can_be_written_stops_the_job(make_dataset, tmp_path):
    folder = make_dataset()
    (tmp_path / "out" / "nuclei" / "OG").mkdir(parents=True)
    (tmp_path / "out" / "nuclei" / "OG" / "Images").write_text("a file in the way")
    with pytest.raises(OutputError, match="cannot be"):
        rescaled(folder, DatasetChoices((COARSER,)), tmp_path / "out")


@pytest.mark.parametrize("n_workers", [1, 2])
def test_a_disk_that_takes_no_more_stops_the_job_and_it_is_taken_up_again(
    make_dataset, tmp_path, n_workers
):
    resource = pytest.importorskip("resource", reason="limits file sizes on Unix only")
    folder = make_dataset(stems=("a", "b"), shape=(200, 200))
    noise = np.random.default_rng(0).integers(0, 60000, (200, 200), np.uint16)
    write_image_tiff(folder / "Images" / "b.tif", noise, None, overwrite=True)
    _, most = limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, most))
    try:
        with pytest.raises(OutputError, match=r"b.tif cannot be written .File too large"):
            rescaled(
                folder,
                DatasetChoices((COARSER,)),
                tmp_path / "out",
                mapper=LocalMapper(n_workers),
            )
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert not list((tmp_path / "out").rglob(".*"))
    job = rescaled(folder, DatasetChoices((COARSER,)), tmp_path / "out")
    assert [folder.n_images for folder in job.folders] == [2, 2]
