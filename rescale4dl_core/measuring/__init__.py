"""Measuring objects: size, shape and the mean diameter of a data set (Eq. 1 and 2)."""
