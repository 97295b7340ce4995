"""What rescaling an image cannot show."""

from __future__ import annotations

NOT_A_REAL_OBJECTIVE = (
    "Binning or resampling does not reproduce the blur and noise of a real "
    "low-magnification objective: with its smaller NA its point spread function is wider, "
    "and it collects less light. Take a coarser view as the best case, and check the "
    "recommended pixel size on one image from the real objective."
)
"""Shown wherever a coarser view stands for another magnification."""

SOURCE = (
    "Width of the point spread function in proportion to wavelength / NA: Zhang, Zerubia, "
    "Olivo-Marin, Applied Optics 46 (2007) 1819. Image brightness in epi-fluorescence in "
    "proportion to NA^4 / magnification^2: Evident, Microscopy Resource Center, Image "
    "Brightness."
)
"""Where the sentence comes from."""
