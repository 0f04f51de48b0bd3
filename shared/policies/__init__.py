"""Policies: rules under which an upgrade is approved without a person. Pure: documents and findings in, a verdict out.

`policy` has the words, `reading` the file format, `kinds` the table of what a rule can allow, and `evaluating` asks
each rule about one case and keeps what it said.
"""
