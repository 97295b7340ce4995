"""The sample as another objective, camera and binning would see it."""
