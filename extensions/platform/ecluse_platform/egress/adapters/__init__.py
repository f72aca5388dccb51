"""What touches the world: the database, the vault, the compute socket, the hub."""
