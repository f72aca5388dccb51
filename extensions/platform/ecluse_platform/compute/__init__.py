"""Compute: runs verified queries on extracts, without network, and lets out protected tables only."""
