"""The history of the database's schema; a migration that was released is never edited."""
