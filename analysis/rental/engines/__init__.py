"""What evaluates the declared model: plain NumPy, the compiled kernel, IRR, sculpted debt."""
