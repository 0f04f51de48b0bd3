"""Where records and objects are kept."""
