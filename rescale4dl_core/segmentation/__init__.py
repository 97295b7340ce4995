"""Labels without a network: threshold and distance watershed."""
