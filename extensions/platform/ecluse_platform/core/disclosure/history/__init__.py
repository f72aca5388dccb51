"""Tables against earlier ones: all cells of a project that are out, as sets of persons and as equations."""
