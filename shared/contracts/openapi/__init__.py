"""The rules for OpenAPI documents."""
