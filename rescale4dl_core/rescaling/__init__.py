"""The same sample at other pixel sizes, image and labels registered to each other."""
