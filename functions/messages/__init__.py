"""Publishers read what happened, and have it delivered."""
