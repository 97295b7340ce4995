"""Work that may take seconds: in a thread, with a progress bar and a Cancel button.

A page asks for a result with `computed`. Quick work is simply waited for; slow work shows
its progress and the rest of the page follows when it is done. Results are kept per
session under a key that must name all they depend on: pixels by their digest.
The threads never touch Streamlit.
"""

from __future__ import annotations

import threading
import weakref
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, TypeVar, cast

import streamlit as st

from pages._ui.shared.messages import show_error
from pages._ui.shared.state import page_run
from pages._ui.shared.warm_up import load_measuring
from rescale4dl_core.errors import CancelledError, RescaleError

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from rescale4dl_core.progress import Progress


Result = TypeVar("Result")
PATIENCE_S = 0.4
"""Work that is done within this time shows no progress bar."""

STOPPED = "Stopped. Nothing half-done was kept; change something to start again."
_BOARD = "jobs"


class Job:
    """One piece of work in its own thread."""

    def __init__(self, key: Hashable, work: Callable[[Progress], Any]) -> None:
        self.key = key
        self.fraction = 0.0
        self.message = "Starting"
        self.result: Any = None
        self.error: Exception | None = None
        self._work = work
        self._cancelled = threading.Event()
        self._done = threading.Event()

    def start(self) -> None:
        """Begin; the thread ends with the program at the latest."""
        threading.Thread(target=self._run, daemon=True).start()

    def cancel(self) -> None:
        """Stop at the next report of progress; whoever waits is told at once."""
        self._cancelled.set()
        self.error = CancelledError(STOPPED)
        self._done.set()

    def wait(self, seconds: float) -> bool:
        """Return whether the work is done, within `seconds` at the latest."""
        return self._done.wait(seconds)

    def _run(self) -> None:
        try:
            # Two threads that import scikit-image at once find half of it.
            load_measuring()
            self.result = self._work(self._report)
        except Exception as error:  # noqa: BLE001 raised in the page by `computed`
            # A job that was cancelled says so, whatever it fails over afterwards.
            self.error = self.error or error
        finally:
            self._done.set()

    def _report(self, fraction: float, message: str, /) -> None:
        if self._cancelled.is_set():
            raise CancelledError(STOPPED)
        self.fraction, self.message = min(max(fraction, 0.0), 1.0), message


class Board:
    """The jobs and results of one session; when it goes, its jobs are cancelled."""

    def __init__(self) -> None:
        self.running: dict[str, Job] = {}
        self.results: dict[str, OrderedDict[Hashable, Any]] = {}
        weakref.finalize(self, _cancel_all, self.running)

    def keep(self, slot: str, key: Hashable, result: Any, *, most: int) -> None:
        """Keep `result`, and forget those not asked for the longest."""
        results = self.results.setdefault(slot, OrderedDict())
        results[key] = result
        while len(results) > most:
            results.popitem(last=False)


def _cancel_all(running: dict[str, Job]) -> None:
    for job in running.values():
        job.cancel()


def computed(
    slot: str,
    key: Hashable,
    work: Callable[[Progress], Result],
    *,
    most_kept: int = 3,
    meanwhile: Callable[[], object] | None = None,
) -> Result:
    """Return the result of `work`, computed once per key.

    While it runs, the page shows its progress and stops here. Asking for another key in
    the same slot cancels what runs there: the user has moved a slider on.

    Parameters
    ----------
    slot : str
        What kind of work this is; one job runs per slot.
    key : hashable
        All that the result depends on; pixels by their digest.
    work : callable
        Receives the progress callback. Called in another thread.
    most_kept : int
        How many results of this slot stay in memory.
    meanwhile : callable, optional
        Draws what can be seen already, below the progress.

    Raises
    ------
    RescaleError
        Whatever the work refused, or `CancelledError`, for the page to show.
    """
    board = _board()
    kept = board.results.get(slot, OrderedDict())
    if key in kept:
        kept.move_to_end(key)
        return cast("Result", kept[key])
    job = board.running.get(slot)
    if job is None or job.key != key:
        # The user has moved on: nobody waits for the answer before.
        forget(slot)
        job = board.running[slot] = Job(key, work)
        job.start()
    if not job.wait(PATIENCE_S):
        _watch(slot)
        if meanwhile is not None:
            meanwhile()
        st.stop()
    del board.running[slot]
    if job.error is not None:
        raise job.error
    board.keep(slot, key, job.result, most=most_kept)
    return cast("Result", job.result)


def kept_result(slot: str, key: Hashable) -> Any:
    """Return the result that `computed` kept under `key`, None where it has none."""
    return _board().results.get(slot, OrderedDict()).get(key)


def keep_result(slot: str, key: Hashable, result: object, *, most_kept: int) -> None:
    """Keep a result that was computed as a part of another one."""
    _board().keep(slot, key, result, most=most_kept)


def forget(slot: str) -> None:
    """Cancel what runs in `slot`, if anything does."""
    job = _board().running.pop(slot, None)
    if job is not None:
        job.cancel()


@st.fragment(run_every=0.4)
def _watch(slot: str) -> None:
    """Show how far the job of `slot` is; reload the page when it is done."""
    job = _board().running.get(slot)
    if job is None or job.wait(0):
        page_run().cut_short = True
        st.rerun()
    st.progress(job.fraction, text=job.message)
    if st.button("Cancel", key=f"cancel_{slot}"):
        job.cancel()


def _board() -> Board:
    if _BOARD not in st.session_state:
        st.session_state[_BOARD] = Board()
    return cast("Board", st.session_state[_BOARD])


Asked = TypeVar("Asked")
Answer = TypeVar("Answer")
_COUNT = "asked_count"


def ask(slot: str, question: Hashable) -> None:
    """Note what is wanted, in place of what was wanted of this `slot` before."""
    st.session_state[_COUNT] = st.session_state.get(_COUNT, 0) + 1
    # Numbered, so that the same question asked again is worked on again.
    st.session_state[f"asked_{slot}"] = (st.session_state[_COUNT], question)


def answered(
    slot: str, work: Callable[[Asked], Callable[[Progress], Answer]]
) -> Answer | None:
    """Return the last good answer, once what was asked for since has been worked out.

    While it is worked out the page shows its progress and stops here. An error is shown
    once and leaves the answer before as it is.

    Parameters
    ----------
    slot : str
        What kind of question this is; one is worked on at a time.
    work : callable
        Receives the question and returns what is then done in the background.
    """
    asked: Any = st.session_state.get(f"asked_{slot}")
    if asked is not None:
        try:
            answer = computed(slot, asked, work(asked[1]), most_kept=1)
        except RescaleError as error:
            del st.session_state[f"asked_{slot}"]
            show_error(error)
        else:
            del st.session_state[f"asked_{slot}"]
            st.session_state[f"answer_{slot}"] = answer
    return cast("Answer | None", st.session_state.get(f"answer_{slot}"))


def drop(slot: str) -> None:
    """Forget question and answer of `slot`, and stop what works on it."""
    forget(slot)
    st.session_state.pop(f"asked_{slot}", None)
    st.session_state.pop(f"answer_{slot}", None)
