"""A bioimage.io package: a zip with a description and weights, from anyone.

Nothing is written to disk. Only two members of the zip are read, each within a bound: the
description (rdf.yaml, versions 0.4 and 0.5) and the ONNX file it names.
"""

from __future__ import annotations

import hashlib
import io
import math
import stat
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from rescale4dl_core.errors import NetworkError
from rescale4dl_core.receptive.untrusted import LARGEST_FILE_BYTES, require_small

if TYPE_CHECKING:
    from collections.abc import Iterator


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
DESCRIPTION_ADVICE = "Download the package again, or open its .onnx file by itself."


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
            f"The description of this package cannot be read as YAML. {DESCRIPTION_ADVICE}"
        ) from error
    if not isinstance(plain, dict) or not isinstance(plain.get("weights"), dict):
        raise NetworkError(
            f"The description of this package describes no network: it names no weights. "
            f"{DESCRIPTION_ADVICE}"
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


LARGEST_ZIP_BYTES = 500 * 1000**2
LARGEST_DESCRIPTION_BYTES = 256_000
MOST_MEMBERS = 1000
HIGHEST_RATIO = 200
"""Unpacked / packed: weights hardly shrink, and what shrinks more fills memory."""

SMALL_BYTES = 1_000_000
"""What unpacks to no more than this does no harm at any ratio."""

ENCRYPTED = 0x1
ADVICE = "Download the package again from where it came from."


@dataclass(frozen=True, slots=True, eq=False)
class Package:
    """What was found in the zip."""

    onnx_bytes: bytes
    description: Description


def read_package(content: bytes) -> Package:
    """Return the ONNX network of a package, and how it wants to be fed.

    Parameters
    ----------
    content : bytes
        The zip file. The network in it is not checked here (`check_untrusted`).

    Raises
    ------
    NetworkError
        If the zip is damaged, too large, encrypted, has links or names that lead out of
        it, or unpacks to far more than it holds; if it has no description, one that
        cannot be read, or no ONNX weights; if the weights are not those described.
    """
    if len(content) > LARGEST_ZIP_BYTES:
        raise NetworkError(
            f"This package has {len(content) / 1e6:.0f} MB; up to "
            f"{LARGEST_ZIP_BYTES / 1e6:.0f} MB are accepted. Choose a smaller network."
        )
    with _explained(), zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = _checked(archive)
        name = next((d for d in DESCRIPTIONS if d in members), None)
        if name is None:
            raise NetworkError(
                f"This zip has none of {', '.join(DESCRIPTIONS)}, so it is no package of "
                "bioimage.io. Choose one, or unpack it and open the .onnx file in it."
            )
        text = _member(archive, members[name], LARGEST_DESCRIPTION_BYTES)
        description = read_description(text)
        weights = members.get(str(PurePosixPath(description.onnx_source)))
        if weights is None:
            raise NetworkError(
                f"The description names the weights {_short(description.onnx_source)!r}, "
                f"which are not in the zip; they are not downloaded. {ADVICE}"
            )
        require_small(weights.file_size)
        onnx_bytes = _member(archive, weights, LARGEST_FILE_BYTES)
    digest = hashlib.sha256(onnx_bytes).hexdigest()
    if description.onnx_sha256 not in (None, digest):
        raise NetworkError(
            "The weights in this zip are not those that its description names: the "
            f"checksums differ. {ADVICE}"
        )
    return Package(onnx_bytes, description)


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise NetworkError(f"This zip file is damaged. {ADVICE}") from error
    except (ValueError, OSError, RuntimeError, IndexError) as error:
        if isinstance(error, NetworkError):
            raise
        raise NetworkError(f"This zip file cannot be read. {ADVICE}") from error


def _checked(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Return the members by name, once all names and sizes were looked at."""
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        raise NetworkError(
            f"This zip holds {len(members)} files; a package has a few, and up to "
            f"{MOST_MEMBERS} are accepted. {ADVICE}"
        )
    for member in members:
        path = PurePosixPath(member.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in member.filename:
            raise NetworkError(
                f"This zip has a file {_short(member.filename)!r}, whose name leads out of "
                f"it. {ADVICE}"
            )
        if stat.S_ISLNK(member.external_attr >> 16):
            raise NetworkError(
                f"This zip has a link ({_short(member.filename)!r}) instead of a file, "
                f"which is not followed. {ADVICE}"
            )
        if member.flag_bits & ENCRYPTED:
            raise NetworkError(
                "This zip is protected by a password. Remove the protection, and open it "
                "again."
            )
        most = max(SMALL_BYTES, HIGHEST_RATIO * member.compress_size)
        if member.file_size > most:
            raise NetworkError(
                f"{_short(member.filename)!r} in this zip would unpack to "
                f"{member.file_size / 1e6:.0f} MB from {member.compress_size / 1e6:.1f} "
                f"MB: that is no network. {ADVICE}"
            )
    return {str(PurePosixPath(member.filename)): member for member in members}


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most_bytes: int) -> bytes:
    """Read one member, and no more of it than is allowed whatever the zip says."""
    with archive.open(member) as file:
        found = file.read(most_bytes + 1)
    if len(found) > most_bytes:
        raise NetworkError(
            f"{_short(member.filename)!r} in this zip has more than "
            f"{most_bytes / 1e6:.2g} MB, which is too much. {ADVICE}"
        )
    return found


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"
