"""Everybody reads what they may."""
