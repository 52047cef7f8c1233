"""Tables and plots of capital spending."""
