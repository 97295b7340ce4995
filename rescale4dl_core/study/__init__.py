"""What a network finds at each pixel size: the sweep over scales and its scores."""
