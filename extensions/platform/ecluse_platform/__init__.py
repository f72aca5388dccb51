"""Écluse: a secure analysis workbench for health data, with one checked way out."""
