"""Run segmentation networks: what they are, how they are fed, labels from their maps."""
