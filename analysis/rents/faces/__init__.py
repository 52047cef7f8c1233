"""Tables and plots of rents."""
