"""What a microscope offers: objectives, cameras, binning, and which to choose."""
