"""How fast images and labels are rescaled, against the upstream way in the same run.

Upstream (ReScale4DL 0.1.1) bins with nanopyx's `rebin_2d` and rescales labels with
`skimage.transform.rescale`. The best of a few runs counts; peak memory is what the call
allocates at its worst, its result included.
"""

from __future__ import annotations

import argparse
import time
import tracemalloc
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.quantities import RescaleFactor
from rescale4dl_core.rescaling.area import area_average
from rescale4dl_core.rescaling.binning import Binning, bin_pixels
from rescale4dl_core.rescaling.grid import Grid
from rescale4dl_core.rescaling.nearest import nearest_labels
from rescale4dl_core.rescaling.upsample import catmull_rom_engine, upsample

if TYPE_CHECKING:
    from collections.abc import Callable


def best_s(work: Callable[[], object], n_runs: int) -> float:
    """Return the shortest time of `work` over `n_runs` runs, after one to warm up."""
    work()
    times_s = []
    for _ in range(n_runs):
        start = time.perf_counter()
        work()
        times_s.append(time.perf_counter() - start)
    return min(times_s)


def peak_bytes(work: Callable[[], object]) -> int:
    """Return the most memory that `work` has allocated at a time."""
    tracemalloc.start()
    work()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def report(
    name: str,
    n_px: int,
    ours: Callable[[], object],
    others: dict[str, Callable[[], object]],
    *,
    n_runs: int = 3,
) -> None:
    """Print time, rate and memory of `ours`, and how many times the others take."""
    ours_s = best_s(ours, n_runs)
    line = (
        f"{name:<34} {ours_s * 1e3:8.1f} ms {n_px / ours_s / 1e6:9.0f} Mpx/s "
        f"{peak_bytes(ours) / 1e6:7.0f} MB peak"
    )
    for other, work in others.items():
        other_s = best_s(work, n_runs)
        line += f" | {other} {other_s * 1e3:.0f} ms = {other_s / ours_s:.1f}x"
    print(line, flush=True)


def bench_binning(side_px: int) -> None:
    """Bin a large 16-bit image by mean and by sum, and average areas of other factors."""
    from nanopyx.core.transform.binning import rebin_2d

    pixels = np.random.default_rng(0).integers(0, 2**16, (side_px, side_px), np.uint16)
    for times in (2, 4, 8):
        kept = side_px // times * times
        for binning in Binning:
            report(
                f"{side_px}^2 uint16 {binning.value} by {times}",
                pixels.size,
                lambda times=times, binning=binning: bin_pixels(
                    pixels, times, binning=binning
                ),
                {
                    "upstream": lambda kept=kept, times=times, binning=binning: rebin_2d(
                        pixels[:kept, :kept], times, mode=binning.value
                    )
                },
                n_runs=5,
            )
    for times in (1.41, 2.5):
        grid = Grid(pixels.shape, RescaleFactor.coarser(times))
        report(
            f"{side_px}^2 uint16 areas of {times}",
            pixels.size,
            lambda grid=grid: area_average(pixels, grid),
            {},
            n_runs=1,
        )


def bench_labels(side_px: int) -> None:
    """Rescale labels both ways."""
    from skimage.transform import rescale

    labels = np.random.default_rng(0).integers(0, 5000, (side_px, side_px), np.int32)
    factors = [RescaleFactor.coarser(times) for times in (2, 4, 2.5)]
    factors += [RescaleFactor.finer(times) for times in (2, 4)]
    for factor in factors:
        grid = Grid(labels.shape, factor)
        report(
            f"{side_px}^2 labels {factor.folder_name}",
            labels.size,
            lambda grid=grid: nearest_labels(labels, grid),
            {
                "upstream": lambda factor=factor: rescale(
                    labels,
                    float(1 / factor.ratio),
                    order=0,
                    anti_aliasing=False,
                    preserve_range=True,
                )
            },
        )


def bench_interpolation(side_px: int) -> None:
    """Interpolate finer views; the rate counts the pixels of the result."""
    from PIL import Image
    from scipy.ndimage import zoom

    pixels = np.random.default_rng(0).random((side_px, side_px), np.float32)
    for times in (2, 4, 1.41):
        grid = Grid(pixels.shape, RescaleFactor.finer(times))
        rows, columns = grid.shape
        report(
            f"{side_px}^2 Catmull-Rom {times}x finer",
            rows * columns,
            lambda grid=grid: upsample(pixels, grid),
            {
                "Pillow": lambda columns=columns, rows=rows: Image.fromarray(pixels).resize(
                    (columns, rows), Image.Resampling.BICUBIC
                ),
                "scipy": lambda times=times: zoom(pixels, times, order=3),
            },
            n_runs=2,
        )


def main() -> None:
    """Run all of it; `--side` makes the large image smaller."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--side", type=int, default=15_000, metavar="PX")
    side_px = parser.parse_args().side
    start = time.perf_counter()
    catmull_rom_engine()
    print(f"nanopyx imported and its engine built in {time.perf_counter() - start:.1f} s")
    bench_binning(side_px)
    bench_labels(4096)
    for side in (512, 1024, 2430):
        bench_interpolation(side)


if __name__ == "__main__":
    main()
