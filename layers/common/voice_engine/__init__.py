"""What every function of the Voice Engine shares: the domain, its adapters and its use cases."""
