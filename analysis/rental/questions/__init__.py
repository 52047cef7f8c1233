"""Questions asked of the model: inverse problems, conventions, simulation, sensitivity."""
