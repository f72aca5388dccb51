"""The hub's own parts: spawner, roles, services, sign-in and pages, composed by ``jupyterhub_config.py``."""
