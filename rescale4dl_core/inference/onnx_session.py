"""One ONNX network opened by onnxruntime in this process, and what it is computed on."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.distributed.processes import n_cores
from rescale4dl_core.errors import MissingDependencyError, NetworkError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

    from numpy.typing import NDArray


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


OUT_OF_MEMORY = ("alloc", "arena", "memory")
"""Words in what onnxruntime says where it gets no more."""


@dataclass(frozen=True, slots=True, eq=False)
class OnnxSession:
    """An open network; may be shared between threads."""

    session: Any
    provider: str
    """The first of those that onnxruntime took into use."""

    notes: tuple[str, ...]

    @property
    def input_shape(self) -> tuple[int | str | None, ...]:
        """Of the only input: numbers where fixed, names or None where free."""
        return tuple(self.session.get_inputs()[0].shape)

    @property
    def output_shapes(self) -> tuple[tuple[int | str | None, ...], ...]:
        """Of each output, as `input_shape`."""
        return tuple(tuple(output.shape) for output in self.session.get_outputs())

    def run(
        self, batch: NDArray[np.float32], *, give_back: bool = True
    ) -> tuple[NDArray[np.float32], ...]:
        """Return the outputs for one batch, shaped as the network has them.

        Parameters
        ----------
        batch : float32 ndarray
            Shaped as the network wants it.
        give_back : bool
            Whether the memory is given back afterwards; not where more batches follow.

        Raises
        ------
        NetworkError
            If onnxruntime cannot run the network on this batch.
        """
        name = self.session.get_inputs()[0].name
        options = onnxruntime().RunOptions()
        if give_back and self.provider == CPU:
            options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
        try:
            outputs = self.session.run(None, {name: batch}, options)
        except Exception as error:
            raise NetworkError(_why_not_run(error, batch)) from error
        return tuple(np.asarray(output, np.float32) for output in outputs)


def open_session(onnx_bytes: bytes, *, name: str, provider: str = "auto") -> OnnxSession:
    """Open a network that can be trusted; others run in a process of their own.

    Parameters
    ----------
    onnx_bytes : bytes
        The ONNX file.
    name : str
        Of the network, for messages.
    provider : str
        "auto", "cpu" or "cuda". Where CUDA does not start, the processor does the work
        and `notes` says so.

    Raises
    ------
    NetworkError
        If the bytes are no ONNX network, or not one with a single 4-D input.
    MissingDependencyError
        If onnxruntime cannot be imported.
    """
    ort = onnxruntime()
    tried = providers_to_try(provider, ort.get_available_providers())
    session = _opened(ort, onnx_bytes, name, tried)
    inputs = session.get_inputs()
    if len(inputs) != 1 or len(inputs[0].shape) != 4 or inputs[0].type != "tensor(float)":
        found = ", ".join(f"{i.name} {i.shape} {i.type}" for i in inputs)
        raise NetworkError(
            f"{name} takes {found or 'no input'}; one input of 32-bit floats with 4 axes "
            "(batch, channel, row, column) was expected. Export the network that way."
        )
    used = session.get_providers()[0]
    note = note_on_provider(provider, tried, used)
    return OnnxSession(session, used, () if note is None else (note,))


def _opened(ort: ModuleType, onnx_bytes: bytes, name: str, tried: tuple[str, ...]) -> Any:
    options = ort.SessionOptions()
    options.intra_op_num_threads = n_cores()
    options.inter_op_num_threads = 1
    options.enable_mem_pattern = False
    options.log_severity_level = 4
    if tried[0] != CPU and hasattr(ort, "preload_dlls"):
        ort.preload_dlls()
    try:
        return ort.InferenceSession(onnx_bytes, options, providers=list(tried))
    except Exception as error:
        raise NetworkError(
            f"{name} is not a network that can be run: {_first_line(error)}. The file is "
            "damaged, is not ONNX, or needs a newer onnxruntime. Export it again, or "
            "choose another network."
        ) from error


def _why_not_run(error: Exception, batch: NDArray[np.float32]) -> str:
    rows, columns = batch.shape[-2:]
    if any(word in str(error).lower() for word in OUT_OF_MEMORY):
        return (
            f"The network needs more memory for {rows} x {columns} px than there is. "
            "Choose a smaller piece of the image, or a smaller network."
        )
    return (
        f"The network cannot be run on an image of {rows} x {columns} px: "
        f"{_first_line(error)}. Choose "
        "another network, or export this one with free rows and columns."
    )


def _first_line(error: Exception) -> str:
    text = str(error).strip().splitlines()
    line = text[0] if text else type(error).__name__
    return line[:200].rstrip(". ")
