"""Every formula of the house with its place: what `explain` finds and `docs/formulas.md` lists."""
