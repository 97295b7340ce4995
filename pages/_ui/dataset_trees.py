"""The folders that a data set is expected in, drawn."""

from __future__ import annotations

import streamlit as st

TO_EVALUATE = """\
my_dataset/
├── OG/                   images as taken
│   ├── GT/               the truth
│   │   └── cell_1.tif
│   └── Prediction/       your network's result
│       └── cell_1.tif
├── downsampling_2/       pixels 2x as large
│   ├── GT/  ...
│   └── Prediction/  ...
└── upsampling_2/         pixels half as large
    └── ...
"""

TO_RESCALE = """\
my_dataset/
├── Images/
│   ├── cell_1.tif        any microscope format
│   └── cell_2.tif
└── Labels/               if you have them
    ├── cell_1.tif        same name as its image
    └── cell_2.tif
"""


def show_tree_to_evaluate() -> None:
    """Show how predictions and truth have to be laid out."""
    st.markdown("**Folders that are expected**")
    st.code(TO_EVALUATE, language=None)
    st.caption(
        "Each file is a label image (.tif): 0 is background, and each object has a number "
        "of its own, or all have one. Truth and prediction have the same name. OG may be "
        "missing; then nothing is compared with it."
    )


def show_tree_to_rescale() -> None:
    """Show how images and labels have to be laid out."""
    st.markdown("**Folders that are expected**")
    st.code(TO_RESCALE, language=None)
    st.caption(
        "A folder of images only, or several such folders side by side, will do too. "
        "Labels may also be called GT or Masks."
    )
