"""The browser face: the rental model as JavaScript, printed from its declaration."""
