"""Every error a user can cause, in one place.

A page or the command line catches `RescaleError` and shows `str(error)` as it stands, so
each message says what was found, what was expected and what to do next.
"""

from __future__ import annotations


class RescaleError(Exception):
    """Base of all errors that a user's input can cause.

    Examples
    --------
    >>> import rescale4dl_core as r4
    >>> try:
    ...     r4.PixelSize.square(0)
    ... except r4.RescaleError as error:
    ...     print(str(error).split(";")[0])
    The pixel height (µm) must be a positive, finite number
    """


class QuantityError(RescaleError, ValueError):
    """A physical quantity is outside the range in which it means anything."""


class ReadingError(RescaleError, ValueError):
    """A file cannot be read as an image."""


class TooLargeError(ReadingError):
    """Decoding would take more memory than the user has agreed to."""


class SelectionError(ReadingError):
    """The channel, plane, time or scene asked for is missing or has to be chosen."""


class ImageError(RescaleError, ValueError):
    """An array cannot be used as a microscope image."""


class LabelImageError(RescaleError, ValueError):
    """An array cannot be read as a label image."""


class OutputError(RescaleError, OSError):
    """A result cannot be written where it was asked for."""


class MetricError(RescaleError, ValueError):
    """A score that the user wrote cannot be computed."""


class NetworkError(RescaleError, ValueError):
    """A network cannot be loaded, is not safe to run, or does not suit the image."""


class TrainingError(RescaleError, ValueError):
    """A recipe or its data cannot be trained on."""


class CatalogueError(RescaleError, ValueError):
    """A table of objectives or cameras, or a microscope's configuration, cannot be used."""


class SessionError(RescaleError, ValueError):
    """A saved session cannot be reopened."""


class CancelledError(RescaleError):
    """The user stopped a long computation; nothing half-done is kept."""


class WorkerError(RescaleError, RuntimeError):
    """The processes or machines that share the work cannot be reached or keep dying."""


class MissingDependencyError(RescaleError, ImportError):
    """A package is needed for this step and cannot be imported."""

    def __init__(self, package: str, *, needed_for: str, install: str) -> None:
        super().__init__(
            f"{needed_for} needs the package {package!r}, which cannot be imported. "
            f"Install it with: pip install {install!r}"
        )
