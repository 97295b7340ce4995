"""A real Dask scheduler with workers, as processes of this machine."""

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LEASHED = (sys.executable, "-m", "tests.distributed.leashed")
LONGEST_S = 30.0


class Cluster:
    """A scheduler and its workers; all of them end with the test."""

    def __init__(self, folder):
        self._folder = folder
        self._started = []
        self.workers = []
        address_file = folder / "scheduler.json"
        self.scheduler = self._start(
            "dask_scheduler", "--port", "0", "--scheduler-file", str(address_file)
        )
        self._wait_for(lambda: _is_written(address_file), "the scheduler")
        self.address = json.loads(address_file.read_text())["address"]

    def add_worker(self):
        """Start a worker of one thread that no nanny brings back to life."""
        self.workers.append(
            self._start("dask_worker", self.address, "--nthreads", "1", "--no-nanny")
        )

    def end(self):
        """Kill what still runs."""
        for started in self._started:
            started.kill()
        for started in self._started:
            started.communicate()

    def _start(self, command, *arguments):
        local = ["--host", "127.0.0.1", "--no-dashboard"]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        started = subprocess.Popen(
            [*LEASHED, f"distributed.cli.{command}", *arguments, *local],
            cwd=self._folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._started.append(started)
        return started

    def _wait_for(self, condition, what):
        deadline = time.monotonic() + LONGEST_S
        while not condition():
            assert time.monotonic() < deadline, f"{what} did not start in {LONGEST_S} s"
            threading.Event().wait(0.02)


def _is_written(path):
    """Return whether a JSON file is there to its last brace."""
    return path.exists() and path.read_text().rstrip().endswith("}")


@pytest.fixture
def cluster(tmp_path_factory):
    """Start a scheduler and two workers on 127.0.0.1."""
    dask = pytest.importorskip("distributed", reason="Dask's distributed is not installed")
    running = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        running.add_worker()
        running.add_worker()
        with dask.Client(running.address, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=LONGEST_S)
        yield running
    finally:
        running.end()
