"""A notebook as a text: percent script, its pair, its parameters, imports and results."""
