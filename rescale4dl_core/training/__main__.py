"""Run the training: `python -m rescale4dl_core.training RECIPE --data DIR --out DIR`."""

import sys

from rescale4dl_core.cli import main

if __name__ == "__main__":
    sys.exit(main(["train", *sys.argv[1:]]))
