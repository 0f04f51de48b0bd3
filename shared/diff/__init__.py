"""What changed between two versions, lane by lane. Pure: parsed documents in, changes out.

`changes` has the words, `catalogue` the table of rules, `grammar` the ways in which a place of a document can change;
`manifest` and `openapi` say which place is what. `comparing` walks two versions along that grammar, `applying` takes
the changes back to documents, which proves that none is missing, and `assessing` sums them up.
"""
