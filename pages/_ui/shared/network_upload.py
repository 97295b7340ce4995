"""A network of the user's own: uploaded, looked into, run in a process with bounds."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import streamlit as st

from pages._ui.shared.jobs import computed
from pages._ui.shared.messages import show_error
from pages._ui.shared.network_sight import Chosen, Sight
from rescale4dl_core.errors import RescaleError
from rescale4dl_core.inference.opening import open_uploaded
from rescale4dl_core.inference.sight import inspect_file
from rescale4dl_core.receptive.bioimageio import LARGEST_ZIP_BYTES
from rescale4dl_core.receptive.untrusted import LARGEST_FILE_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable

    from rescale4dl_core.images import Image
    from rescale4dl_core.inference.network import Network
    from rescale4dl_core.progress import Progress
    from rescale4dl_core.receptive.inspect import Inspection


SHIPPED, OWN = "one that ships with the app", "one of my own"
_OWN, _OPEN = "own_network", "own_network_open"


@dataclass(frozen=True, slots=True, eq=False)
class OwnNetwork:
    """A file that the user has chosen."""

    name: str
    content: bytes
    sha256: str


class OpenedOwn:
    """Keeps the last opened network of a session, and its process, until the next one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._key: tuple[str, str] | None = None
        self._network: Network | None = None

    def get(self, own: OwnNetwork, provider: str) -> Network:
        """Return the open network; may be called from any thread.

        Raises
        ------
        NetworkError
            If it is not safe, cannot be opened, or does not segment images.
        """
        with self._lock:
            if self._network is None or self._key != (own.sha256, provider):
                self._network = open_uploaded(own.name, own.content, provider=provider)
                self._key = (own.sha256, provider)
            return self._network


def ask_whose_network() -> bool:
    """Ask whether a network of the user's own is wanted."""
    whose = st.radio(
        "Network",
        (SHIPPED, OWN),
        index=int(_OWN in st.session_state),
        key="whose_network",
        horizontal=True,
    )
    if whose == SHIPPED:
        st.session_state.pop(_OWN, None)
    return whose == OWN


def choose_own_network(
    image: Image, provider: str, *, meanwhile: Callable[[], object]
) -> Chosen | None:
    """Ask for a file and return its network once it was looked into; None before that.

    `meanwhile` draws what can be seen while that is going on.
    """
    own = _asked_for()
    if own is None:
        return None
    try:
        found = _inspected(own, image, meanwhile)
    except RescaleError as error:
        show_error(error)
        return None
    opened = st.session_state.setdefault(_OPEN, OpenedOwn())
    return Chosen(
        (own.name, own.sha256, provider),
        lambda: cast("OpenedOwn", opened).get(own, provider),
        Sight(
            found.theoretical_px,
            found.impulse_px,
            found.effective_px,
            found.output_stride,
            found.window,
            found.notes,
        ),
    )


def _asked_for() -> OwnNetwork | None:
    file = st.file_uploader(
        "ONNX file, or zip package of bioimage.io",
        type=["onnx", "zip"],
        max_upload_size=LARGEST_ZIP_BYTES // 1000**2,
        key="own_network_file",
        help=f"ONNX files up to {LARGEST_FILE_BYTES / 1e6:.0f} MB. The file stays on this "
        "machine; it may read no other file, and runs in a process of its own with bounds "
        "on memory and time.",
    )
    if file is not None:
        content = file.getvalue()
        digest = hashlib.sha256(content).hexdigest()
        st.session_state[_OWN] = OwnNetwork(file.name, content, digest)
    own = cast("OwnNetwork | None", st.session_state.get(_OWN))
    if own is None:
        st.caption(
            "ONNX is a file format that PyTorch, TensorFlow and others can write. The "
            "network should take one image and give back maps: foreground, classes, or "
            "the probability and distances of StarDist."
        )
    elif file is None:
        st.caption(f"In use: {own.name}")
    return own


def _inspected(
    own: OwnNetwork, image: Image, meanwhile: Callable[[], object]
) -> Inspection:
    def inspect(progress: Progress) -> Inspection:
        return inspect_file(own.name, own.content, images=(image,), progress=progress)

    key = (own.sha256, image.digest())
    return computed("inspection", key, inspect, most_kept=8, meanwhile=meanwhile)
