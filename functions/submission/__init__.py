"""Publishers submit."""
