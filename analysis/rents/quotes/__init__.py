"""Raw rent quotes on one basis, each with what it may be used for."""
