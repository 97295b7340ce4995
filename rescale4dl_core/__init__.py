"""ReScale4DL Advisor: which pixel size a segmentation network needs, and what it gains."""

__version__ = "0.2.0"
