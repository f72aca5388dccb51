"""The egress service: the one way out, recomputing, protecting, reviewed by stewards, recorded in an audit log."""
