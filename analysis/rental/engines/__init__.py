"""What evaluates the declared model: plain NumPy, the compiled kernel, rates of return, sculpted debt."""
