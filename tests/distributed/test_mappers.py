"""One interface, the same results: in this process and in several."""

import os
import sys

import pytest

from rescale4dl_core.distributed import mapper
from rescale4dl_core.distributed.choice import mapper_for
from rescale4dl_core.distributed.cluster import DaskMapper
from rescale4dl_core.distributed.mapper import ONE_BY_ONE
from rescale4dl_core.distributed.processes import LocalMapper, n_cores
from rescale4dl_core.errors import CancelledError, MissingDependencyError, WorkerError
from tests.distributed import work

MAPPERS = [ONE_BY_ONE, LocalMapper(1), LocalMapper(2), LocalMapper(2, patience_s=1e-9)]


@pytest.mark.parametrize("mapper", MAPPERS, ids=str)
def test_results_come_in_the_order_of_the_items(mapper):
    assert list(mapper.map(work.square, range(9))) == [n * n for n in range(9)]


@pytest.mark.parametrize("mapper", MAPPERS, ids=str)
def test_no_items_give_no_results(mapper):
    assert list(mapper.map(work.square, [])) == []


@pytest.mark.parametrize("mapper", MAPPERS, ids=str)
def test_an_error_of_the_work_is_raised_where_the_results_are_wanted(mapper):
    with pytest.raises(ValueError, match="three is no good"):
        list(mapper.map(work.fail_at_three, range(9)))


@pytest.mark.parametrize("mapper", MAPPERS, ids=str)
def test_progress_ends_at_one_and_never_runs_back(mapper):
    told = []
    list(mapper.map(work.square, range(4), lambda fraction, _: told.append(fraction)))
    assert told == sorted(told)
    assert told[0] == 0
    assert told[-1] == 1


def test_two_processes_share_the_work(tmp_path):
    ids = set(LocalMapper(2).map(work.process_id, [tmp_path] * 4))
    assert len(ids) == 2


def test_items_of_a_process_that_dies_are_done_by_another(tmp_path):
    items = [(tmp_path, number) for number in range(8)]
    assert list(LocalMapper(2).map(work.die_once, items)) == list(range(8))
    assert (tmp_path / "died").exists()


def test_deaths_with_work_done_in_between_do_not_end_the_job(tmp_path, monkeypatch):
    monkeypatch.setattr(mapper, "MOST_DEATHS", 1)
    items = [(tmp_path, 0)] * 6
    for folder in ("first", "second"):
        (tmp_path / folder).mkdir()
        items += [(tmp_path / folder, 3), *[(tmp_path, 0)] * 6]
    results = list(LocalMapper(2).map(work.die_once, items))
    assert results == [number for _, number in items]


def test_an_item_that_kills_every_process_ends_the_job_with_advice(monkeypatch):
    monkeypatch.setattr(mapper, "MOST_DEATHS", 1)
    with pytest.raises(WorkerError, match=r"died 2 times in a row.*--workers 1"):
        list(LocalMapper(2).map(work.die, ["first.tif", "second.tif"]))


def test_stopping_ends_work_in_progress(tmp_path):
    def stop_once_started(fraction, message):
        if len(list(tmp_path.iterdir())) == 2:
            raise CancelledError("enough")

    items = [tmp_path / "a", tmp_path / "b"]
    with pytest.raises(CancelledError, match="enough"):
        list(LocalMapper(2).map(work.wait_to_be_stopped, items, stop_once_started))


def test_other_processes_start_once_the_work_takes_long(tmp_path):
    (tmp_path / "no need to wait").touch()
    soon = list(LocalMapper(2, patience_s=1e-9).map(work.process_id, [tmp_path] * 6))
    late = list(LocalMapper(2, patience_s=1e9).map(work.process_id, [tmp_path] * 6))
    assert soon[0] == os.getpid()
    assert os.getpid() not in soon[1:]
    assert set(late) == {os.getpid()}


def test_one_process_for_each_core_is_the_default():
    assert mapper_for().n_workers == n_cores()
    assert n_cores() >= 1


@pytest.mark.parametrize(
    ("asked", "words"),
    [((0, None), "0 workers were asked for"), ((2, "tcp://h:1"), "Give one of the two")],
)
def test_numbers_of_workers_that_make_no_sense_are_refused(asked, words):
    with pytest.raises(WorkerError, match=words):
        mapper_for(*asked)


@pytest.mark.parametrize("address", ["localhost:8786", "tcp://", "http://h:1", "tcp://h"])
def test_what_is_no_address_is_refused(address):
    pytest.importorskip("distributed", reason="Dask's distributed is not installed")
    with pytest.raises(WorkerError, match=r"not the address of a scheduler.*tcp://host"):
        list(DaskMapper(address).map(work.square, [1]))


def test_a_missing_scheduler_is_named_at_once():
    pytest.importorskip("distributed", reason="Dask's distributed is not installed")
    with pytest.raises(WorkerError, match=r"answers at tcp://127.0.0.1:9 .*dask scheduler"):
        list(DaskMapper("tcp://127.0.0.1:9").map(work.square, [1]))


def test_without_dask_a_cluster_is_refused_with_the_way_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingDependencyError, match=r"rescale4dl-advisor\[cluster\]"):
        list(DaskMapper("tcp://127.0.0.1:8786").map(work.square, [1]))
