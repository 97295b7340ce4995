"""Rescaling and evaluating on a real scheduler and two workers, one killed half-way."""

import numpy as np
import pytest

from rescale4dl_core.datasets.rescaling import rescale_datasets
from rescale4dl_core.datasets.source import find_datasets
from rescale4dl_core.datasets.versions import DatasetChoices
from rescale4dl_core.distributed import cluster as cluster_module
from rescale4dl_core.distributed.cluster import DaskMapper
from rescale4dl_core.errors import CancelledError, WorkerError
from rescale4dl_core.evaluation.evaluation import evaluate_dataset
from rescale4dl_core.evaluation.folders import find_pairs
from rescale4dl_core.evaluation.tables import csv_bytes, tables_of
from rescale4dl_core.quantities import PixelSize, RescaleFactor
from rescale4dl_core.writing.image_tiff import write_image_tiff, write_labels_tiff
from tests.conftest import disk_labels
from tests.distributed import work


def files_of(folder):
    return {
        path.relative_to(folder): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def kill_when(share, process):
    """Return a progress callback that kills a process once so much is done."""

    def watch(fraction, message):
        if fraction >= share and process.poll() is None:
            process.kill()

    return watch


def test_a_worker_killed_half_way_loses_nothing_of_a_rescaled_data_set(cluster, tmp_path):
    size = PixelSize.square(0.1)
    for number in range(16):
        labels = disk_labels((96, 96), (30, 30 + number, 12), (70, 60, 9))
        pixels = (labels.pixels > 0).astype(np.uint16) * 1000 + number
        write_image_tiff(tmp_path / "set" / "Images" / f"{number}.tif", pixels, size)
        write_labels_tiff(tmp_path / "set" / "Labels" / f"{number}.tif", labels, size)
    choices = DatasetChoices((RescaleFactor.coarser(2),), crop_px=(64, 64))
    datasets = find_datasets(tmp_path / "set")
    serial = rescale_datasets(datasets, choices, tmp_path / "serial")
    spread = rescale_datasets(
        datasets,
        choices,
        tmp_path / "spread",
        mapper=DaskMapper(cluster.address),
        progress=kill_when(0.4, cluster.workers[0]),
    )
    assert cluster.workers[0].poll() is not None
    assert cluster.workers[1].poll() is None
    assert files_of(tmp_path / "spread") == files_of(tmp_path / "serial")
    assert len(spread.written) == len(serial.written) == 16 * 4
    assert not spread.problems


def test_a_worker_killed_half_way_loses_nothing_of_an_evaluation(cluster, tmp_path):
    for number in range(16):
        truth = disk_labels((96, 96), (30, 30 + number, 12), (70, 60, 9))
        prediction = disk_labels((96, 96), (31, 30, 11), (70, 60, 8))
        for part, labels in (("GT", truth), ("Prediction", prediction)):
            path = tmp_path / "set" / "OG" / part / f"{number}.tif"
            write_labels_tiff(path, labels, None)
    dataset = find_pairs(tmp_path / "set")
    serial = evaluate_dataset(dataset)
    spread = evaluate_dataset(
        dataset,
        mapper=DaskMapper(cluster.address),
        progress=kill_when(0.4, cluster.workers[0]),
    )
    assert cluster.workers[0].poll() is not None
    assert [csv_bytes(table) for table in tables_of(spread)] == [
        csv_bytes(table) for table in tables_of(serial)
    ]
    assert spread.samplings == serial.samplings


def test_results_come_in_order_and_a_stopped_job_leaves_the_cluster_free(cluster):
    mapper = DaskMapper(cluster.address)
    assert list(mapper.map(work.square, range(20))) == [n * n for n in range(20)]
    with pytest.raises(ValueError, match="three is no good"):
        list(mapper.map(work.fail_at_three, range(9)))

    def stop(fraction, message):
        if fraction > 0:
            raise CancelledError("enough")

    with pytest.raises(CancelledError, match="enough"):
        list(mapper.map(work.square, range(200), stop))
    assert list(mapper.map(work.square, [7])) == [49]


def test_a_cluster_that_loses_all_its_workers_is_reported(cluster, monkeypatch):
    mapper = DaskMapper(cluster.address)
    assert list(mapper.map(work.square, [7])) == [49]
    monkeypatch.setattr(cluster_module, "WORKERS_S", 0.5)
    for worker in cluster.workers:
        worker.kill()
        worker.wait()
    with pytest.raises(WorkerError, match=r"has no workers. Start some.*dask worker tcp"):
        list(mapper.map(work.square, range(3)))
