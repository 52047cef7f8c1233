"""Pages of the published site that are no reports: front page, calculator, sources, data, words."""
