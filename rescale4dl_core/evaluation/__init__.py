"""Scoring segmentations against the truth: pairs of label images, folders, samplings."""
