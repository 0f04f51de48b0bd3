"""Fetching what a stranger named, to the rules of `FIXES` in `shared.fetching.failures`.

Pure: `urls`, `hosts`, `domains`, `redirects`, `addresses`, `requests`, `answers`, `failures`. With sockets: `routes`,
`channels`, `trust`. `fetcher` puts them together.
"""
