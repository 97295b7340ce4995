"""Which of the two diameters describes the objects of a data set."""

from __future__ import annotations

from enum import StrEnum


class Estimator(StrEnum):
    """How a diameter is read from an object (science.md 1)."""

    EQUIVALENT_CIRCLE = "equivalent circle"
    """D = 2 sqrt(A / pi), Eq. 1: for round objects."""

    SKELETON = "skeleton"
    """D = 2 median(distance to the edge along the skeleton): the width of long ones."""


class Aggregate(StrEnum):
    """How the diameters within one image are put together before Eq. 2 averages images."""

    MEAN = "mean"
    """As the paper prints Eq. 2."""

    MEDIAN = "median"
    """As the published code does for round objects."""
