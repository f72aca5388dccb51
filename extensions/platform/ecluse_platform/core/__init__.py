"""The pure core: no file, socket, clock, environment or randomness enters here."""
