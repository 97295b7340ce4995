"""The engine for networks against bare onnxruntime and the stardist package, in one run.

Run with names of networks, else all that ship are timed:

    python -m benchmarks.bench_inference unet-nuclei-fluo stardist-nuclei-fluo
    python -m benchmarks.bench_inference --tensorflow /path/to/python stardist-nuclei-fluo

The second also times the stardist package with TensorFlow in another environment that has
both: its default network against the same layers in the engine, and its way from maps to
labels against ours on the same maps. `--memory` adds one image of 8192 x 8192 px. The
engine and bare onnxruntime are timed in turns, so that a busy machine slows both; medians.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.peak_memory import peak_of_tree_mb
from benchmarks.stardist_layers import RAYS, stardist_onnx
from rescale4dl_core.demo.sample import demo_sample
from rescale4dl_core.distributed.processes import n_cores
from rescale4dl_core.inference.card import NetworkSpec, OutputKind
from rescale4dl_core.inference.feeding import feed_of
from rescale4dl_core.inference.network import network_from_bytes
from rescale4dl_core.inference.onnx_session import onnxruntime
from rescale4dl_core.inference.running import pieces_of, predict_maps, tiles_in
from rescale4dl_core.inference.segment import collector_for
from rescale4dl_core.inference.store import FOLDER, shipped_names, shipped_network
from rescale4dl_core.progress import silent

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from rescale4dl_core.inference.network import Network

SIDE_PX = 2048
LARGE_PX = 8192
REPEATS = 3


def field(side_px: int) -> NDArray[np.uint16]:
    """Return simulated nuclei of about 22 px, the same 256 px over and over, with noise."""
    pixels = demo_sample().image.pixels.astype(np.float32)
    small = pixels.reshape(256, 2, 256, 2).mean((1, 3))
    times, rng = side_px // 256, np.random.default_rng(0)
    whole = np.empty((side_px, side_px), np.uint16)
    for row in range(0, side_px, 256):
        band = np.tile(small, (1, times))
        band += 0.01 * small.std() * rng.standard_normal(band.shape, np.float32)
        whole[row : row + 256] = np.clip(band, 0, 65535)
    return whole


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return seconds by the clock, and the result."""
    begin = time.perf_counter()
    result = work()
    return time.perf_counter() - begin, result


def bare_session(name: str) -> Any:
    """Open a network as the documentation of onnxruntime says, with as many threads."""
    ort = onnxruntime()
    options = ort.SessionOptions()
    options.intra_op_num_threads = n_cores()
    path = str(FOLDER / name / "model.onnx")
    return ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def network_seconds(network: Network, pixels: NDArray[Any]) -> tuple[float, float]:
    """Return what the engine and bare onnxruntime take for the same tiles."""
    feed = feed_of(pixels, network.spec)
    tiles = tiles_in(feed, network)
    session = bare_session(network.name)
    name = session.get_inputs()[0].name
    batches = [feed.tile(tile)[np.newaxis] for tile in tiles]
    session.run(None, {name: batches[0]})
    ours, bare = [], []
    for _ in range(REPEATS):
        ours.append(sum(piece.seconds for piece in pieces_of(pixels, network, silent)))
        bare.append(
            sum(timed(lambda b=b: session.run(None, {name: b}))[0] for b in batches)
        )
    return statistics.median(ours), statistics.median(bare)


def same_layers_seconds(pixels: NDArray[Any]) -> tuple[float, int]:
    """Return what the engine takes for the package's network, and its parameters."""
    onnx_bytes, n_parameters = stardist_onnx()
    spec = NetworkSpec(1, OutputKind.STARS, 16, 102, output_stride=2, n_rays=RAYS)
    network = network_from_bytes("same layers", onnx_bytes, spec)
    seconds = [
        sum(piece.seconds for piece in pieces_of(pixels, network, silent))
        for _ in range(REPEATS)
    ]
    return statistics.median(seconds), n_parameters


def label_seconds(network: Network, pixels: NDArray[Any]) -> tuple[float, int]:
    """Return what turning maps into labels takes, and how many objects there are."""
    pieces = list(pieces_of(pixels, network, silent))
    rows, columns = pixels.shape

    def label() -> NDArray[np.int32]:
        collector = collector_for(network, (rows, columns))
        for piece in pieces:
            collector.add(piece)
        return collector.labels(bool)

    label()
    results = [timed(label) for _ in range(REPEATS)]
    return statistics.median(seconds for seconds, _ in results), int(results[0][1].max())


def cold_start_seconds(name: str) -> float:
    """Return how long a new process takes to segment the demo, reading and writing too."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "rescale4dl_core", "segment", "demo", "--model"]
        command += [name, "--out", str(Path(folder) / "labels.tif")]
        seconds, _ = timed(lambda: subprocess.run(command, check=True, capture_output=True))
    return seconds


def tensorflow_seconds(python: str, network: Network, pixels: NDArray[Any]) -> Any:
    """Return what `with_tensorflow` printed: the package on this image and these maps."""
    probability, distances = predict_maps(pixels, network, silent)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "maps.npz"
        np.savez(path, pixels=pixels, probability=probability[0], distances=distances)
        spec = network.spec
        arguments = [str(path), str(spec.n_rays), str(spec.output_stride)]
        arguments += [str(spec.thresholds.probability), str(spec.thresholds.overlap)]
        script = Path(__file__).with_name("with_tensorflow.py")
        done = subprocess.run(
            [python, str(script), *arguments],
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": ""},
        )
    return json.loads(done.stdout.splitlines()[-1])


def large_image_mb(name: str) -> dict[str, float]:
    """Return the peak memory of a process that segments a large image, and of its own."""
    code = (
        "from benchmarks.bench_inference import LARGE_PX, field\n"
        "from rescale4dl_core.images import Image, KnownPixelSize\n"
        "from rescale4dl_core.inference.segment import segment\n"
        "from rescale4dl_core.inference.store import shipped_network\n"
        "image = Image.parse(field(LARGE_PX), name='large', "
        "known=KnownPixelSize(None, 'unknown'))\n"
        f"print(segment(image, shipped_network({name!r})).n_objects)\n"
    )
    return peak_of_tree_mb([sys.executable, "-c", code])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", default=list(shipped_names()))
    parser.add_argument("--tensorflow", metavar="PYTHON")
    parser.add_argument("--memory", action="store_true")
    args = parser.parse_args()
    pixels = field(SIDE_PX)
    for name in args.names:
        network = shipped_network(name)
        ours_s, bare_s = network_seconds(network, pixels)
        labels_s, n_objects = label_seconds(network, pixels)
        print(
            f"{name}: network {ours_s:.2f} s, bare onnxruntime {bare_s:.2f} s on the same "
            f"tiles, {bare_s / ours_s:.2f} of its speed; labels of {n_objects} objects "
            f"{labels_s:.2f} s = {labels_s / ours_s:.2f} of the network; "
            f"cold start {cold_start_seconds(name):.1f} s"
        )
        if args.tensorflow and network.spec.output is OutputKind.STARS:
            theirs = tensorflow_seconds(args.tensorflow, network, pixels)
            same_s, n_parameters = same_layers_seconds(pixels)
            if n_parameters != theirs["n_parameters"]:
                raise RuntimeError(f"{n_parameters} are not {theirs['n_parameters']}")
            both_s = theirs["network_s"] + theirs["labels_s"]
            print(
                f"  TensorFlow: network {theirs['network_s']:.2f} s, ours of the same "
                f"{n_parameters:,} parameters {same_s:.2f} s = "
                f"{theirs['network_s'] / same_s:.2f}x as fast; labels of the same maps "
                f"{theirs['labels_s']:.2f} s, ours {labels_s:.2f} s; together "
                f"{both_s / (same_s + labels_s):.2f}x as fast"
            )
        if args.memory:
            peaks = large_image_mb(name)
            largest = ", ".join(f"{label} {mb:.0f} MB" for label, mb in peaks.items())
            print(f"  {LARGE_PX} x {LARGE_PX} px: {largest}")


if __name__ == "__main__":
    main()
