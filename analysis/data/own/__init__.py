"""Own numbers: tables as people have them, read, checked and kept apart from the published ones."""
