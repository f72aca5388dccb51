"""From a researcher's SQL to the only SQL that is ever run, or a refusal."""
