"""The stardist package with TensorFlow; run by `bench_inference` in another environment.

Only what that environment has is imported. Prints one JSON object.
"""

import json
import statistics
import sys
import time

import numpy as np
from stardist.models import Config2D, StarDist2D

REPEATS = 3


def main() -> None:
    """Time the network with its usual layers, and labels from the maps that were given."""
    path, n_rays, grid, probability, overlap = sys.argv[1:]
    given = np.load(path)
    strides = (int(grid), int(grid))
    config = Config2D(n_rays=int(n_rays), grid=strides, n_channel_in=1)
    model = StarDist2D(config, name=None, basedir=None)
    image = (given["pixels"] / given["pixels"].max()).astype(np.float32)
    distances = np.moveaxis(given["distances"], 0, -1)
    model.predict(image[:256, :256])
    network_s, labels_s = [], []
    for _ in range(REPEATS):
        begin = time.perf_counter()
        model.predict(image)
        network_s.append(time.perf_counter() - begin)
        begin = time.perf_counter()
        model._instances_from_prediction(
            image.shape,
            given["probability"],
            distances,
            prob_thresh=float(probability),
            nms_thresh=float(overlap),
        )
        labels_s.append(time.perf_counter() - begin)
    result = {
        "network_s": statistics.median(network_s),
        "labels_s": statistics.median(labels_s),
        "n_parameters": int(model.keras_model.count_params()),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
