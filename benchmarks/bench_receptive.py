"""How long it takes to look into a network: each step, on the networks that ship."""

from __future__ import annotations

import sys
import time

from rescale4dl_core.inference.onnx_session import open_session
from rescale4dl_core.inference.store import FOLDER, ONNX_NAME, shipped_names
from rescale4dl_core.receptive.effective import effective_field
from rescale4dl_core.receptive.graph import theoretical_receptive_field
from rescale4dl_core.receptive.impulse import impulse_field
from rescale4dl_core.receptive.inspect import probe_of


def timed(name: str) -> list[tuple[str, float, float]]:
    """Return each step with its seconds on the clock and of the processor."""
    content = (FOLDER / name / ONNX_NAME).read_bytes()
    session = open_session(content, name=name, provider="cpu")
    steps = []

    def step(title, work):
        clock, processor = time.perf_counter(), time.process_time()
        found = work()
        steps.append((title, time.perf_counter() - clock, time.process_time() - processor))
        return found

    view = step("graph", lambda: theoretical_receptive_field(content))
    probe = probe_of(view, lambda batch: session.run(batch, give_back=False))
    sees_px = view.largest_px or 256
    step("impulses", lambda: impulse_field(probe, expected_px=view.largest_px))
    step("effective", lambda: effective_field(probe, sees_px=sees_px))
    return steps


def main() -> None:
    """Print a table."""
    print(f"{'network':32} {'step':12} {'s':>8} {'cpu s':>8}")
    for name in sys.argv[1:] or shipped_names():
        for title, clock_s, processor_s in timed(name):
            print(f"{name:32} {title:12} {clock_s:8.2f} {processor_s:8.2f}")


if __name__ == "__main__":
    main()
