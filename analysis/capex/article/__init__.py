"""The figures of the article recomputed, average by average and definition by definition."""
