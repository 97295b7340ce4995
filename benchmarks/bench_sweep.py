"""What a sweep costs besides the network: the default series on an image of 512 x 512 px.

The time by the clock of every call that segments an image, and within it of the network
alone, against the time of the whole sweep; with and without the stability. Arguments: a
model, and how many of the finest scales to leave out on a slow machine.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from rescale4dl_core.demo.sample import demo_sample
from rescale4dl_core.inference.opening import open_network
from rescale4dl_core.inference.segment import segment
from rescale4dl_core.inference.store import shipped_names
from rescale4dl_core.measuring.dataset import MeasuredImage, summarise
from rescale4dl_core.measuring.objects import measure_objects
from rescale4dl_core.study.factors import default_factors
from rescale4dl_core.study.sweep import sweep

if TYPE_CHECKING:
    from rescale4dl_core.images import Image
    from rescale4dl_core.inference.network import Network
    from rescale4dl_core.inference.segment import Prediction
    from rescale4dl_core.progress import Progress


class Timed:
    """`segment`, with a note of how long each call and the network within it took."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.seconds_network = 0.0
        self.n_calls = 0

    def __call__(self, image: Image, network: Network, *, progress: Progress) -> Prediction:
        """Segment one image."""
        begin = time.perf_counter()
        prediction = segment(image, network, progress=progress)
        self.seconds += time.perf_counter() - begin
        self.seconds_network += prediction.seconds_network
        self.n_calls += 1
        return prediction


def main() -> None:
    """Sweep the demo twice and print where the time went."""
    name = sys.argv[1] if len(sys.argv) > 1 else shipped_names()[0]
    network = open_network(name)
    sample = demo_sample()
    assert sample.labels is not None
    measurement = summarise(
        [
            MeasuredImage(
                sample.image.name,
                measure_objects(sample.labels),
                sample.image.shape,
                sample.image.pixel_size,
            )
        ]
    )
    n_left_out = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    factors = default_factors(measurement, sample.image.shape)[n_left_out:]
    segment(sample.image, network)
    for with_stability in (False, True):
        timed = Timed()
        begin = time.perf_counter()
        sweep(
            [sample],
            network,
            factors,
            measurement=measurement,
            with_stability=with_stability,
            segmenter=timed,
        )
        total = time.perf_counter() - begin
        labels = timed.seconds - timed.seconds_network
        print(
            f"{name}, {len(factors)} scales, {timed.n_calls} images segmented, "
            f"{'with' if with_stability else 'without'} stability: {total:.1f} s, "
            f"network {timed.seconds_network:.1f} s, labels {labels:.1f} s, "
            f"the rest {100 * (total - timed.seconds) / total:.1f} %"
        )


if __name__ == "__main__":
    main()
