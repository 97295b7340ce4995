"""How far any ONNX network sees, and whether a stranger's network is safe to open."""
