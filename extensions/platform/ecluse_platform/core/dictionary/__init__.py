"""What the catalogue tells people and programs: the dictionary of the tables, and where a fact stood in each year."""
