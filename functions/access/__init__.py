"""Developers and users install plugins, and hosts ask who may use them."""
