"""What may vary in a schema that changes by design, and whether a document stays within it.

An envelope names, place by place, how a document may differ from the base that was pinned and reviewed with it.
Everything that it does not name must say the same as the base: what is unknown is refused.

`document` is the envelope as publishers write it, `pieces` the grammar of texts, `containment` the decision, `judging`
what is wrong with an envelope, `telling` puts one in sentences, `proposing` derives one from what was seen.
`storing`, `pinned` and `refreshing` lead from there to the store's objects and records.
"""
