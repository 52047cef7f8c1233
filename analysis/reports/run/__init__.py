"""A notebook executed: kernels, forked or started, through papermill."""
