"""`make eval`: what the product learns from real edits, measured against simple baselines in the same run."""
