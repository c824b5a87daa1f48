"""MongoDB, the truth: one module a collection, indexes declared beside the code that needs them."""
