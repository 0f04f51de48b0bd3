"""Upgrades that a policy lets through are approved without a reviewer."""
