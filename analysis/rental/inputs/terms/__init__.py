"""Terms of a case: its assumptions by theme, which `Assumptions` puts together."""
