"""Rounding instead of hiding: every cell is shown, none exactly; audited by the same attacker as suppression."""
