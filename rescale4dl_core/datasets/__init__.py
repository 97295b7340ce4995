"""Folders of images, with or without labels, as trees of rescaled data sets."""
