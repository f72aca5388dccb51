"""The JSON interface: researchers' workspaces, the hub's audit events, the health check."""
