"""ReScale4DL Advisor: which pixel size a segmentation network needs, and what it gains.

Everything a notebook needs is here, by one import:

>>> import rescale4dl_core as r4
>>> sample = r4.demo_sample()
>>> advice = r4.recommend(sample)
>>> advice.headline[:7]
'Acquire'

Names are imported when they are first asked for, so that the package itself loads at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from rescale4dl_core.version import __version__ as __version__

if TYPE_CHECKING:
    from rescale4dl_core.api import (
        evaluate,
        measure,
        networks,
        plan,
        recommend,
        rescale,
        segment,
        simulate,
        sweep,
    )
    from rescale4dl_core.demo.sample import demo_sample
    from rescale4dl_core.errors import RescaleError
    from rescale4dl_core.images import Image, Sample
    from rescale4dl_core.inference.opening import open_network
    from rescale4dl_core.inputs import read_image, read_labels
    from rescale4dl_core.labels import Labels
    from rescale4dl_core.microscope.camera import Camera
    from rescale4dl_core.microscope.objective import Objective
    from rescale4dl_core.planning.throughput import throughput
    from rescale4dl_core.planning.timing import FieldTiming
    from rescale4dl_core.quantities import PixelSize
    from rescale4dl_core.session.model import Session
    from rescale4dl_core.session.session_file import load_session, save_session

__all__ = [
    "Camera",
    "FieldTiming",
    "Image",
    "Labels",
    "Objective",
    "PixelSize",
    "RescaleError",
    "Sample",
    "Session",
    "demo_sample",
    "evaluate",
    "load_session",
    "measure",
    "networks",
    "open_network",
    "plan",
    "read_image",
    "read_labels",
    "recommend",
    "rescale",
    "save_session",
    "segment",
    "simulate",
    "sweep",
    "throughput",
]

_HOMES = {
    "Camera": "microscope.camera",
    "FieldTiming": "planning.timing",
    "Image": "images",
    "Labels": "labels",
    "Objective": "microscope.objective",
    "PixelSize": "quantities",
    "RescaleError": "errors",
    "Sample": "images",
    "Session": "session.model",
    "demo_sample": "demo.sample",
    "load_session": "session.session_file",
    "open_network": "inference.opening",
    "read_image": "inputs",
    "read_labels": "inputs",
    "save_session": "session.session_file",
    "throughput": "planning.throughput",
}
"""Module of each name that is not in `api`."""


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(f"{__name__}.{_HOMES.get(name, 'api')}")
    value = getattr(module, name)
    # Kept, as importing `rescale4dl_core.evaluation` would put that package in its place.
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
