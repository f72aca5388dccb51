"""Differential privacy at the level of the person: what may be asked, what it costs, what is left."""
