"""Secondary suppression: which further cells must be hidden so that no hidden one can be computed, with the proof."""
