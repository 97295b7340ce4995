"""Rescaling a data set: one process, several, a Dask cluster; memory; a kill half-way.

The data set is simulated: 16-bit images of 1024 x 1024 px with labels. Each gives the
originals, two coarser versions and a blurred one, eight files. Every way has to write the
same bytes. Memory is the largest resident size of this process and of one worker.

    python -m benchmarks.bench_dataset [number of images]
"""

from __future__ import annotations

import hashlib
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

from rescale4dl_core.datasets.rescaling import rescale_datasets
from rescale4dl_core.datasets.source import find_datasets
from rescale4dl_core.datasets.versions import DatasetChoices
from rescale4dl_core.distributed.cluster import DaskMapper
from rescale4dl_core.distributed.mapper import ONE_BY_ONE, Mapper
from rescale4dl_core.distributed.processes import LocalMapper, n_cores
from rescale4dl_core.labels import Labels
from rescale4dl_core.quantities import PixelSize, RescaleFactor
from rescale4dl_core.writing.image_tiff import write_image_tiff, write_labels_tiff

SIDE_PX = 1024
CHOICES = DatasetChoices(
    (RescaleFactor.coarser(2), RescaleFactor.coarser(1.41)), sigmas_px=(1.0,)
)
FILES_PER_IMAGE = 8


def simulate(folder: Path, n_images: int) -> None:
    """Write images of bright squares on a noisy background, and their labels."""
    labels = np.zeros((SIDE_PX, SIDE_PX), np.int32)
    for number in range(400):
        row, column = (50 * place + 10 for place in divmod(number, 20))
        labels[row : row + 30, column : column + 24] = number + 1
    for number in range(n_images):
        rng = np.random.default_rng(number)
        moved = np.roll(labels, rng.integers(0, 50, 2), axis=(0, 1))
        pixels = rng.poisson(200 + 800.0 * (moved > 0)).astype(np.uint16)
        size = PixelSize.square(0.1)
        name = f"{number:04}.tif"
        write_image_tiff(folder / "Images" / name, pixels, size)
        write_labels_tiff(folder / "Labels" / name, Labels.parse(moved, source=name), size)


def digest_of(folder: Path) -> str:
    """Return a fingerprint of all files below a folder."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def timed(data: Path, out: Path, mapper: Mapper, name: str) -> str:
    """Rescale, print how long it took, and return the fingerprint of the result."""
    used_before_s = processor_s()
    started_s = time.monotonic()
    job = rescale_datasets(find_datasets(data), CHOICES, out, mapper=mapper)
    took_s = time.monotonic() - started_s
    used_s = processor_s() - used_before_s
    print(
        f"{name:>24}: {took_s:6.1f} s, {job.n_images / took_s:5.2f} images/s, "
        f"{used_s / job.n_images:5.2f} s of processor time per image"
    )
    return digest_of(out)


def processor_s() -> float:
    """Return the processor time of this process and of its children that have ended."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def killed_and_resumed(data: Path, out: Path, n_images: int) -> str:
    """Kill the command half-way, run it again, and return the fingerprint of the result."""
    options = ["--dataset", str(data), "--out", str(out), "--workers", str(n_cores())]
    options += ["--coarser", "2", "1.41", "--blur", "1", "--json"]
    command = [sys.executable, "-m", "rescale4dl_core", "rescale", *options]
    job = subprocess.Popen(command)
    while len(list(out.rglob("*.tif"))) < FILES_PER_IMAGE * n_images / 2:
        threading.Event().wait(0.02)
    job.kill()
    job.wait()
    threading.Event().wait(2.0)
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*.tif")}
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    redone = sum(path.stat().st_mtime_ns != then for path, then in before.items())
    print(
        f"{'killed and resumed':>24}: {len(before)} of {FILES_PER_IMAGE * n_images} files "
        f"were there, {redone} of them were written again"
    )
    return digest_of(out)


def on_a_cluster(data: Path, out: Path) -> str:
    """Start a scheduler and two workers on this machine, and rescale there."""
    address_file = out.parent / "scheduler.json"
    local = ["--host", "127.0.0.1", "--no-dashboard"]
    scheduler = [sys.executable, "-m", "distributed.cli.dask_scheduler", *local]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", *local, "--no-nanny"]
    from_file = ["--scheduler-file", str(address_file)]
    started = [
        subprocess.Popen(command, stderr=subprocess.DEVNULL)
        for command in (
            [*scheduler, "--port", "0", *from_file],
            [*worker, "--nthreads", "1", *from_file],
            [*worker, "--nthreads", "1", *from_file],
        )
    ]
    try:
        from distributed import Client

        while not address_file.exists():
            threading.Event().wait(0.1)
        with Client(scheduler_file=str(address_file), set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
            address = client.scheduler.address
        return timed(data, out, DaskMapper(address), "Dask, 2 workers")
    finally:
        for process in started:
            process.kill()
        for process in started:
            process.wait()


def main() -> int:
    """Run everything; 1 where two ways differ."""
    n_images = int(sys.argv[1]) if len(sys.argv) > 1 else 24
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        data = folder / "simulated"
        simulate(data, n_images)
        n = n_cores()
        print(f"{n_images} images of {SIDE_PX} x {SIDE_PX} px, {n} cores")
        digests = {
            timed(data, folder / "one", ONE_BY_ONE, "one process"),
            timed(data, folder / "many", LocalMapper(n), f"{n} processes"),
            on_a_cluster(data, folder / "dask"),
            killed_and_resumed(data, folder / "killed", n_images),
        }
        own, child = (
            resource.getrusage(who).ru_maxrss / 1024
            for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        )
        print(f"largest memory: {own:.0f} MiB here, {child:.0f} MiB in a worker")
        print("the same bytes every time" if len(digests) == 1 else "THE RESULTS DIFFER")
        return len(digests) - 1


if __name__ == "__main__":
    sys.exit(main())
