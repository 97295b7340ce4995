"""The folders that a data set is expected in, drawn."""

from __future__ import annotations

import streamlit as st

TO_EVALUATE = """\
my_dataset/
├── OG/
│   ├── GT/
│   │   └── cell_1.tif
│   └── Prediction/
│       └── cell_1.tif
├── downsampling_2/
│   ├── GT/
│   └── Prediction/
└── upsampling_2/
    ├── GT/
    └── Prediction/
"""

TO_RESCALE = """\
my_dataset/
├── Images/
│   ├── cell_1.tif
│   └── cell_2.tif
└── Labels/
    ├── cell_1.tif
    └── cell_2.tif
"""


def show_tree_to_evaluate() -> None:
    """Show how predictions and truth have to be laid out."""
    st.markdown("**Folders that are expected**")
    st.code(TO_EVALUATE, language=None)
    st.caption(
        "**GT**: the truth (ground truth). **Prediction**: what your network made of the "
        "same image, under the same name. **OG**: as taken, the original. "
        "**downsampling_2**: pixels 2x as large. **upsampling_2**: half as large.\n\n"
        "Each file is a label image (.tif): 0 is background, and each object has a number "
        "of its own, or all have one. Without OG nothing is compared with the original."
    )


def show_tree_to_rescale() -> None:
    """Show how images and labels have to be laid out."""
    st.markdown("**Folders that are expected**")
    st.code(TO_RESCALE, language=None)
    st.caption(
        "Images may have any microscope format that the Sample page opens. Labels, if you "
        "have any, carry the names of their images. "
        "A folder of images only, or several such folders side by side, will do too. "
        "Labels may also be called GT or Masks."
    )
