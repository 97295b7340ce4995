"""What onnxruntime computes on: a graphics card where there is one, else the processor."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rescale4dl_core.errors import MissingDependencyError, NetworkError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

CPU = "CPUExecutionProvider"
CUDA = "CUDAExecutionProvider"

CHOICES = ("auto", "cpu", "cuda")

_PREFERRED = (
    CUDA,
    "ROCMExecutionProvider",
    "MIGraphXExecutionProvider",
    "DmlExecutionProvider",
    "CoreMLExecutionProvider",
    "OpenVINOExecutionProvider",
)

_IN_WORDS = {
    CPU: "the processor (CPU)",
    CUDA: "the NVIDIA graphics card (CUDA)",
    "ROCMExecutionProvider": "the AMD graphics card (ROCm)",
    "MIGraphXExecutionProvider": "the AMD graphics card (MIGraphX)",
    "DmlExecutionProvider": "the graphics card (DirectML)",
    "CoreMLExecutionProvider": "Apple's Core ML",
    "OpenVINOExecutionProvider": "Intel's OpenVINO",
}


def onnxruntime() -> ModuleType:
    """Import onnxruntime, its telemetry switched off before.

    Raises
    ------
    MissingDependencyError
        If it cannot be imported.
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    try:
        import onnxruntime as module
    except ImportError as error:
        raise MissingDependencyError(
            "onnxruntime", needed_for="Running a network", install="onnxruntime"
        ) from error
    module.set_default_logger_severity(4)
    return module  # type: ignore[no-any-return]


def providers_to_try(wanted: str, built_in: Sequence[str]) -> tuple[str, ...]:
    """Return providers in the order of preference, the processor last.

    Parameters
    ----------
    wanted : str
        One of `CHOICES`.
    built_in : sequence of str
        What this build of onnxruntime has; being listed does not mean that it works.

    Raises
    ------
    NetworkError
        If `wanted` is not one of the choices.
    """
    if wanted not in CHOICES:
        raise NetworkError(
            f"The provider {wanted!r} is not known. Choose one of: {', '.join(CHOICES)}."
        )
    faster = {"auto": _PREFERRED, "cpu": (), "cuda": (CUDA,)}[wanted]
    return (*(name for name in faster if name in built_in), CPU)


def note_on_provider(wanted: str, tried: Sequence[str], used: str) -> str | None:
    """Return what a user has to know where not the wanted provider runs, else None."""
    if wanted == "cuda" and used != CUDA:
        return (
            f"CUDA was asked for and cannot be used here; {in_words(used)} runs the "
            "network instead, with the same result. CUDA needs an NVIDIA graphics card, "
            "its driver, and the package onnxruntime-gpu in place of onnxruntime."
        )
    if tried[0] != used:
        return (
            f"{in_words(tried[0])[:1].upper()}{in_words(tried[0])[1:]} did not start; "
            f"{in_words(used)} runs the network instead, with the same result."
        )
    return None


def in_words(provider: str) -> str:
    """Return "the processor (CPU)"."""
    return _IN_WORDS.get(provider, provider)
