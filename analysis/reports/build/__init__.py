"""The build: manifest, graph of what is due, publication, progress."""
