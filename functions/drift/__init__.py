"""Origins are compared with what is live."""
