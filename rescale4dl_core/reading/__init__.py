"""Reading microscope files: pixels, axes and a pixel size whose source is known."""
