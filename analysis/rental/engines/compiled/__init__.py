"""The compiled face of the rental model: scenarios by the million, generated from its lines."""
