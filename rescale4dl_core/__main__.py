"""`python -m rescale4dl_core` is the same as the console script `rescale4dl`."""

import sys

from rescale4dl_core.cli import main

if __name__ == "__main__":
    sys.exit(main())
