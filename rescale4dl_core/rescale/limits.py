"""What rescaling an image cannot show."""

from __future__ import annotations

NOT_A_LOW_MAGNIFICATION_OBJECTIVE = (
    "Binning or resampling does not reproduce the blur and the noise of a real "
    "low-magnification objective: its point spread function is wider (a Gaussian of sigma "
    "0.21 wavelength / NA) and it collects less light (epi-fluorescence brightness goes "
    "with NA^4 / magnification^2). Take these views as the best case, and check the "
    "recommended pixel size on one image from the real objective."
)
"""Shown wherever a coarser view stands for another magnification."""

SOURCE = (
    "Zhang, Zerubia, Olivo-Marin, Applied Optics 46 (2007) 1819, for the Gaussian "
    "approximation; Murphy and Davidson, Fundamentals of Light Microscopy and Electronic "
    "Imaging (2012), for image brightness."
)
"""Where the sentence comes from."""
