"""The guard: the only holder of the container engine's socket, and it obeys policy, not its callers."""
