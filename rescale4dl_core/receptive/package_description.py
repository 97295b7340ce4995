"""The description in a bioimage.io package (rdf.yaml, versions 0.4 and 0.5)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from rescale4dl_core.errors import NetworkError

DESCRIPTIONS = ("rdf.yaml", "bioimageio.yaml", "model.yaml")

OTHER_WEIGHTS = {
    "pytorch_state_dict": "PyTorch",
    "torchscript": "TorchScript",
    "keras_hdf5": "Keras",
    "keras_v3": "Keras",
    "tensorflow_js": "TensorFlow.js",
    "tensorflow_saved_model_bundle": "TensorFlow",
}

UM_PER_UNIT = {
    "micrometer": 1.0,
    "nanometer": 1e-3,
    "angstrom": 1e-4,
    "millimeter": 1e3,
    "centimeter": 1e4,
    "meter": 1e6,
}

ADVICE = "Download the package again, or open its .onnx file by itself."


@dataclass(frozen=True, slots=True)
class Description:
    """What the package says about its network."""

    name: str
    onnx_source: str
    """Path of the weights in the zip."""

    onnx_sha256: str | None
    licence: str | None
    pixel_size_um: float | None
    """Of the images it was trained on, where the description has it."""

    low_percentile: float | None
    """Intensities that become 0 and 1; None where it does not scale by percentiles."""

    high_percentile: float | None
    per_channel: bool
    other_preprocessing: tuple[str, ...]
    """Steps before the network that are not scaling by percentiles."""


def read_description(text: bytes) -> Description:
    """Read a description.

    Parameters
    ----------
    text : bytes
        YAML; aliases and tags beyond plain values are refused.

    Raises
    ------
    NetworkError
        If it cannot be read, describes no network, or has no ONNX weights.
    """
    plain = _parsed(text)
    weights = _entry(plain, "weights")
    onnx = _entry(weights, "onnx")
    source = onnx.get("source")
    if not isinstance(source, str):
        offered = [OTHER_WEIGHTS.get(str(key), str(key)[:40]) for key in weights]
        listed = ", ".join(dict.fromkeys(offered)) or "none"
        raise NetworkError(
            f"This package has no ONNX weights (it has: {listed}), and only those can be "
            "run here. On bioimage.io choose a network that offers ONNX, or convert it "
            "with bioimageio.core (add_weights)."
        )
    image = _first(plain.get("inputs"))
    steps = [_entry_or_empty(step) for step in _list(image.get("preprocessing"))]
    low, high, per_channel = _percentiles(steps)
    licence = plain.get("license")
    digest = onnx.get("sha256")
    return Description(
        name=str(plain.get("name", "unnamed"))[:100],
        onnx_source=source,
        onnx_sha256=digest.lower() if isinstance(digest, str) else None,
        licence=licence[:100] if isinstance(licence, str) else None,
        pixel_size_um=_pixel_size_um(image.get("axes")),
        low_percentile=low,
        high_percentile=high,
        per_channel=per_channel,
        other_preprocessing=tuple(
            name for step in steps if (name := _step_name(step)) not in _UNDERSTOOD
        ),
    )


_UNDERSTOOD = ("scale_range", "ensure_dtype")


def _parsed(text: bytes) -> dict[str, Any]:
    import yaml

    class PlainLoader(yaml.SafeLoader):  # type: ignore[misc]
        """Loads plain values, and no aliases: a few lines of those fill all memory."""

        def compose_node(self, parent: Any, index: Any) -> Any:
            """Refuse aliases."""
            if self.check_event(yaml.events.AliasEvent):
                raise yaml.YAMLError("aliases are not accepted")
            return super().compose_node(parent, index)

    try:
        plain = yaml.load(text, PlainLoader)
    except (yaml.YAMLError, ValueError, RecursionError, TypeError, KeyError) as error:
        raise NetworkError(
            f"The description of this package cannot be read as YAML. {ADVICE}"
        ) from error
    if not isinstance(plain, dict) or not isinstance(plain.get("weights"), dict):
        raise NetworkError(
            f"The description of this package describes no network: it names no weights. "
            f"{ADVICE}"
        )
    return plain


def _entry(group: Any, name: str) -> dict[str, Any]:
    return _entry_or_empty(group.get(name))


def _entry_or_empty(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _first(value: Any) -> dict[str, Any]:
    return _entry_or_empty(next(iter(_list(value)), None))


def _step_name(step: dict[str, Any]) -> str:
    return str(step.get("id", step.get("name", "unnamed")))[:40]


def _percentiles(
    steps: list[dict[str, Any]],
) -> tuple[float | None, float | None, bool]:
    for step in steps:
        if _step_name(step) == "scale_range":
            settings = _entry_or_empty(step.get("kwargs"))
            low = _number(settings.get("min_percentile", 0.0))
            high = _number(settings.get("max_percentile", 100.0))
            axes = settings.get("axes", "")
            over = [str(axis) for axis in axes] if isinstance(axes, (str, list)) else []
            per_channel = bool(over) and not {"c", "channel"} & set(over)
            if low is not None and high is not None and 0 <= low < high <= 100:
                return low, high, per_channel
    return None, None, False


def _pixel_size_um(axes: Any) -> float | None:
    """Return the pixel size along x, else y; version 0.4 has none."""
    for wanted in ("x", "y"):
        for axis in map(_entry_or_empty, _list(axes)):
            scale = _number(axis.get("scale"))
            unit = UM_PER_UNIT.get(str(axis.get("unit")))
            if axis.get("id") == wanted and scale and unit and scale > 0:
                return scale * unit
    return None


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if math.isfinite(value) else None
