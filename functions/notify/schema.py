"""What the table's stream hands over: nothing of its own, since `shared.storage.stream` reads the records."""
