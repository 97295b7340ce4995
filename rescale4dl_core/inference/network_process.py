"""A process that runs a network which somebody else made.

An ONNX file of a hundred bytes can ask for all memory or run for ever. Here it has a bound
on memory and on time, works in an empty folder, and nothing else is lost when it fails.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.documents import Document, from_plain, to_plain
from rescale4dl_core.errors import NetworkError
from rescale4dl_core.inference.card import NetworkSpec
from rescale4dl_core.inference.child_process import (
    DONE,
    Child,
    ChildLostError,
    Children,
    Frame,
    serve,
)
from rescale4dl_core.inference.onnx_session import (
    CPU,
    OnnxSession,
    onnxruntime,
    open_session,
    providers_to_try,
)
from rescale4dl_core.inference.spec_from_graph import spec_of
from rescale4dl_core.receptive.graph import GraphView
from rescale4dl_core.receptive.inspect import graph_view
from rescale4dl_core.receptive.untrusted import check_untrusted, require_small

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

MOST_MEMORY_BYTES = 6 * 1024**3
"""Address space of the process, threads and libraries included."""

LONGEST_RUN_S = 120.0
"""For opening the network, and for each batch."""

OPEN, DESCRIBE, INSPECT, VIEW, RUN = "open", "describe", "inspect", "view", "run"


@dataclass(frozen=True, slots=True, eq=False)
class ProcessSession:
    """An open network in processes of its own; may be shared between threads."""

    name: str
    provider: str
    notes: tuple[str, ...]
    input_shape: tuple[int | str | None, ...]
    output_shapes: tuple[tuple[int | str | None, ...], ...]
    children: Children

    def run(
        self, batch: NDArray[np.float32], *, give_back: bool = True
    ) -> tuple[NDArray[np.float32], ...]:
        """See `OnnxSession.run`.

        Raises
        ------
        NetworkError
            If the network fails, takes too long, or ends its process.
        """
        question = Frame((RUN, str(int(give_back))), (batch,))
        return _asked_of_one(self.children, question, self.name).arrays

    def spec(self) -> NetworkSpec:
        """Return how the network is fed; see `spec_from_graph.spec_of`."""
        answer = _asked_of_one(self.children, Frame((INSPECT,)), self.name)
        document = Document(self.name, "choose another network", NetworkError)
        plain = json.loads(answer.words[1])
        spec: NetworkSpec = from_plain(NetworkSpec, plain, where="spec", document=document)
        return spec

    def view(self) -> GraphView:
        """Return what the graph tells; see `receptive.inspect.graph_view`."""
        answer = _asked_of_one(self.children, Frame((VIEW,)), self.name)
        document = Document(self.name, "choose another network", NetworkError)
        plain = json.loads(answer.words[1])
        view: GraphView = from_plain(GraphView, plain, where="graph", document=document)
        return view


def open_elsewhere(onnx_bytes: bytes, *, name: str, provider: str) -> ProcessSession:
    """Open a network that cannot be trusted; see `onnx_session.open_session`.

    Raises
    ------
    NetworkError
        If the bytes are no ONNX network that can be run within the bounds.
    """
    require_small(len(onnx_bytes))
    whole = np.frombuffer(onnx_bytes, np.uint8)

    def start() -> Child:
        child = Child(__name__)
        try:
            _asked(child, Frame((OPEN, name, provider), (whole,)), name)
        except BaseException:
            child.end()
            raise
        return child

    children = Children(start)
    answer = _asked_of_one(children, Frame((DESCRIBE,)), name)
    _, used, shapes, *notes = answer.words
    input_shape, *output_shapes = (tuple(shape) for shape in json.loads(shapes))
    return ProcessSession(
        name, used, tuple(notes), input_shape, tuple(output_shapes), children
    )


def _asked_of_one(children: Children, question: Frame, name: str) -> Frame:
    with children.lent() as child:
        return _asked(child, question, name)


def _asked(child: Child, question: Frame, name: str) -> Frame:
    try:
        answer = child.ask(question, limit_s=LONGEST_RUN_S)
    except ChildLostError as error:
        raise NetworkError(
            f"{name} {error} and was ended: each run may take "
            f"{MOST_MEMORY_BYTES / 1024**3:.0f} GB of memory and {LONGEST_RUN_S:.0f} s. "
            "Choose another network, or a smaller piece of the image."
        ) from error
    if answer.words[0] != DONE:
        raise NetworkError(answer.words[1])
    return answer


def _answering() -> Callable[[Frame], Frame]:
    opened: list[tuple[bytes, OnnxSession]] = []

    def answer(frame: Frame) -> Frame:
        if frame.words[0] == OPEN:
            _, name, provider = frame.words
            _bound_memory(provider)
            onnx_bytes = frame.arrays[0].tobytes()
            check_untrusted(onnx_bytes)
            session = open_session(onnx_bytes, name=name, provider=provider)
            opened.append((onnx_bytes, session))
            return Frame((DONE,))
        onnx_bytes, session = opened[0]
        if frame.words[0] == INSPECT:
            return Frame((DONE, json.dumps(to_plain(spec_of(onnx_bytes, session)))))
        if frame.words[0] == VIEW:
            view = graph_view(onnx_bytes, session.run)
            return Frame((DONE, json.dumps(to_plain(view))))
        if frame.words[0] == DESCRIBE:
            shapes = json.dumps([session.input_shape, *session.output_shapes])
            return Frame((DONE, session.provider, shapes, *session.notes))
        give_back = frame.words[1] == "1"
        return Frame((DONE,), session.run(frame.arrays[0], give_back=give_back))

    return answer


def _bound_memory(provider: str) -> None:
    """Bound the address space, except with a graphics card, which maps all of its own."""
    tried = providers_to_try(provider, onnxruntime().get_available_providers())
    try:
        import resource
    except ImportError:
        return
    if tried[0] == CPU:
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))


if __name__ == "__main__":
    serve(_answering())
