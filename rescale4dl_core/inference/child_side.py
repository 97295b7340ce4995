"""What every process started by `child.Child` does: answer frame after frame."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from rescale4dl_core.errors import RescaleError
from rescale4dl_core.inference.frames import Frame, read_frame, write_frame

if TYPE_CHECKING:
    from collections.abc import Callable

DONE, REFUSED = "done", "refused"


def serve(answer: Callable[[Frame], Frame]) -> None:
    """Answer frames until there are no more; what is printed elsewhere is dropped.

    The first word of an answer is `DONE`, or `REFUSED` and then a sentence.
    """
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    while (frame := read_frame(sys.stdin.buffer)) is not None:
        try:
            write_frame(out, answer(frame))
        except RescaleError as error:
            write_frame(out, Frame((REFUSED, str(error))))
        except MemoryError:
            write_frame(out, Frame((REFUSED, "There is not enough memory for this.")))
