"""Documents are held against what may vary."""
