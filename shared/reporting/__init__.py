"""What people are shown of a version: what changed, how much of it matters, the report as a page.

`documents` reads what is pinned, `comparing` compares it, `telling` bounds what is told of it, `summing` says how much
it asks of a reviewer; `showing` and the pages write it for people.
"""
