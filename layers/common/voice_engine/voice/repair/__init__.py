"""Repairs of a text by rule: each takes what a writer set by hand and leaves the grammar around it whole."""
