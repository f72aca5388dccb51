"""The database of export requests and of the audit log: SQLite by default, PostgreSQL by one setting."""
