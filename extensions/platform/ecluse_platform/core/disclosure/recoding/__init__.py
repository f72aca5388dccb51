"""Recoding: the smallest changes to a table's dimensions with which all of it can be published."""
