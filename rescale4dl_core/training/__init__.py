"""Train the networks that ship. The only code that imports torch."""
