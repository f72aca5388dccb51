"""The egress pages as they run, with real use cases, database and vault; the hub and the computing process are ours."""
