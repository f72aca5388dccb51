"""One function per use case; everything it needs is an argument, every change carries its audit entry."""
