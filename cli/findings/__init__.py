"""Findings, written for people and for programs."""
