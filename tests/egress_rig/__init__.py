"""Egress services on real adapters in a temporary folder, for tests of several kinds."""
