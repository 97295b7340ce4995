"""How far a network sees: from its graph, by impulses, and where the response is."""
