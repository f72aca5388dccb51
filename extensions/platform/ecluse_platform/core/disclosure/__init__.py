"""Disclosure control: which queries can be protected, and what of their results may be seen."""
