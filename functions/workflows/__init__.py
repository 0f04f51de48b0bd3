"""Publishers' workflows submit, with no secret."""
