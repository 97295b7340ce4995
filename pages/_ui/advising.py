"""The recommendation for a page, and what is asked before it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from pages._ui.state import keep_choices, seeded
from rescale4dl_core.advice.purpose import Purpose

if TYPE_CHECKING:
    from rescale4dl_core.session.model import Choices

PURPOSES = {
    Purpose.COUNTING: "How many, and where?",
    Purpose.SIZE: "How large, how long, how round?",
    Purpose.STRUCTURE: "Texture, organelles, spots.",
}


def ask_purpose(choices: Choices) -> Choices:
    """Ask what the images are for, and keep the answer."""
    purpose = st.radio(
        "What are the images for?",
        tuple(PURPOSES),
        format_func=lambda purpose: purpose.value[0].upper() + purpose.value[1:],
        captions=tuple(PURPOSES.values()),
        key=seeded("purpose", choices.purpose),
        horizontal=True,
    )
    choices = replace(choices, purpose=purpose or choices.purpose)
    keep_choices(choices)
    return choices


def ask_objective(choices: Choices) -> Choices:
    """Ask for the objective, for the comparison with Nyquist, and keep the answer."""
    decides = choices.purpose is Purpose.STRUCTURE
    title = "Your objective" if decides else "Your objective (optional, for Nyquist)"
    known = choices.numerical_aperture is not None
    return ask_objective_taken_with(choices, title, expanded=decides or known)


def ask_objective_taken_with(
    choices: Choices, title: str, *, expanded: bool = False
) -> Choices:
    """Ask for the objective that the sample was taken with, and keep the answer."""
    with st.expander(title, expanded=expanded):
        aperture, immersion, emission = st.columns(3)
        numerical_aperture = aperture.number_input(
            "Numerical aperture (NA)",
            min_value=0.01,
            max_value=2.0,
            value=None,
            step=0.05,
            placeholder="as printed on the objective",
            key=seeded("numerical_aperture", choices.numerical_aperture),
        )
        immersion_index = immersion.number_input(
            "Refractive index of the immersion",
            min_value=1.0,
            max_value=4.0,
            step=0.01,
            format="%.3f",
            key=seeded("immersion_index", choices.immersion_index),
            help="Air 1, water 1.33, glycerol 1.45, oil 1.515.",
        )
        emission_nm = emission.number_input(
            "Emission wavelength (nm)",
            min_value=100.0,
            max_value=3000.0,
            step=10.0,
            format="%.0f",
            key=seeded("emission_nm", choices.emission_nm),
            help="DAPI 460, GFP 510, Cy3 570, Cy5 670; transmitted light 550.",
        )
    choices = replace(
        choices,
        numerical_aperture=numerical_aperture,
        immersion_index=immersion_index,
        emission_nm=emission_nm,
    )
    keep_choices(choices)
    return choices
