"""The attacker: what anyone can compute from a published table alone; shares no constraint with the suppressor."""
