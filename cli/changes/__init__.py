"""Changes between versions, written for people and for programs."""
