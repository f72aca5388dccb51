"""Tables of aggregates before protection: their dimensions, their cells and what is known of each cell."""
