"""Pictures for a screen: contrast, size, scale bar and outlines. Never for measuring."""
