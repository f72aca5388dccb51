"""Primary rules: which cells say too much of few people, each rule by itself; nothing here protects a cell."""
