"""Every combination of some values: by the compiled model, or whole notebooks on a cluster."""
