"""The page of envelopes, from their format, the example and the codes of what does not fit."""

# ruff: noqa: E501 - a row of a table is one line, however long

from __future__ import annotations

import json
from pathlib import Path

from shared.envelope.containment import CODES
from shared.envelope.dates import example
from shared.envelope.document import CharacterSet, DateForm, json_schema
from shared.envelope.places import TEXT_KEYS
from shared.envelope.reading import read_envelope
from shared.envelope.telling import sentences

_EXAMPLE = Path(__file__).parent / "examples/envelope.json"
_HOLDS = {
    CharacterSet.LETTERS: "A to Z, small and large",
    CharacterSet.DIGITS: "0 to 9",
    CharacterSet.SPACE: "the blank",
    CharacterSet.PUNCTUATION: "`. , ; : ! ? ' \" ( ) - / % & +`",
    CharacterSet.ANY_LETTER: "letters and their marks of every script",
}
_PAGE = """# Envelopes: schemas that change by design

Some schemas are not the same tomorrow: a summary names the day, a list of values follows the stock, a call is there
in some weeks only. A version may say so: it is submitted with an **envelope**, which names place by place what may
vary. The reviewer approves the envelope as part of the digest. From then on the store serves, at the unchanged
address of the version's schema, the publisher's newest document that stays within it; nobody reviews anew, and nobody
asks the publisher while a client waits. What is outside is not served, and told to the publisher. This page is
generated from `shared/envelope`: `make docs-write`.

## An envelope

```json
{example}```

in the words that reviewer and publisher read:

{told}

It comes with a submission, `POST /v1/plugins` or `POST /v1/plugins/{{plugin_id}}/versions`:

```json
{{"manifest_url": "https://…", "schema_mode": "dynamic", "envelope": {{…}}}}
```

or `standfast submit --envelope envelope.json`. An upgrade that does not say `dynamic` again does not vary, and
neither does one that a trusted workflow submits; what the store submits for a publisher on drift keeps the envelope.
The document that is fetched then is the **base**: it is pinned with the envelope, and holds everything that may ever
be there. The [JSON Schema](envelope.schema.json) is for editors; what the store answers names each place that does
not fit, and how to mend it.

| member | says |
|---|---|
| `texts` | of a text of the base, piece by piece, what stays and what may stand between |
| `enums` | which values a list of allowed ones may hold: those of the base, `any_of`, and texts described by `each`; `most` is how many |
| `servers` | which servers the document may list besides those of the base, in any order |
| `optional_operations` | which operations of the base may be left out, and with them the shared parts that they alone use |
| `refresh_minutes` | how often the store looks: 15 to 10,080, a day unless it says so |

`at` is a JSON pointer (RFC 6901) into the base. References are not followed: what is behind one is named where it
stands, below `/components`. A text varies at {keys} and at `/info/version`, a list at `enum`; neither below servers,
authentication, defaults, references by name, or extensions. Everything else never varies.

| piece of a text | allows |
|---|---|
| `"as of "` | this text |
| `{{"date": FORM}}` | a day of the calendar, or a time of the day |
| `{{"number": {{"least": 0, "most": 99}}}}` | a whole number in that range, without leading zeros |
| `{{"one_of": ["studios", "houses"]}}` | one of these texts |
| `{{"words": {{"characters": ["letters"], "longest": 40}}}}` | so many characters out of sets, and of those in `also`; a warning to the reviewer |

| form of a date | for example |
|---|---|
{forms}

| set of characters | holds |
|---|---|
{sets}

The grammar is the store's own: no regular expression of a publisher is ever run.

## How containment is decided

Base and document are read, and walked side by side as values: formatting, order of keys, JSON or YAML mean nothing. A
document is contained if and only if

1. every key, list and value of it stands in the base too, at the same place and with the same value, unless an entry
   of the envelope names that very place;
2. what stands at such a place is what the entry allows, and the judges of texts, which look for hidden characters and for
   phrases that steer a model, find nothing in it that they did not find in the base;
3. what is in the base and not in the document is an operation that may be left out, a path left without operations by
   that, or a shared part that the base refers to and nothing in the document does any more.

*Why that is sound.* Take any place of a contained document. Either no entry names it: then it equals the base, which
was reviewed. Or one does: then it is one of the texts, values or servers that the entry describes, which were
reviewed with it. Nothing can be added, since every key and every item that the base lacks is refused. References are
compared as the texts that they are, and what they lead to where it stands, so that no reference leads anywhere that
it did not lead before. Whatever the walk does not foresee is not contained. An envelope that does not fit its base
holds nothing.

The tests hold the walk against a second opinion that shares no code with it, on documents that were changed in random
places, and plant nine faults in it that they must find (`tests/unit/envelope/test_containment.py`).

What the store takes in besides has to pass the judges like any version, and relative servers are completed as they
were for the base: a publisher who redirects the fetch moves nothing.

| code of a reason | means |
|---|---|
{codes}

A document that cannot be read, and a text with a fault, have the codes of the [findings](findings.md).

## Schemas for each user

A host that gets another schema for each user asks, with any token of the store, before it uses one:

```http
POST /v1/plugins/{{plugin_id}}/containment
{{"document": "openapi: 3.0.1\\n…"}}
```

```json
{{"contained": false, "version": 3, "version_digest": "sha256:…", "document_digest": "sha256:…",
 "reasons": [{{"pointer": "/paths/~1admin", "code": "outside.added", "message": "The base has nothing here."}}]}}
```

`POST …/versions/{{version}}/containment` asks about one version. A version that does not vary contains what says the
same.

## Find an envelope

`standfast envelope propose` derives the narrowest one from versions that were seen, and `POST
/v1/plugins/{{plugin_id}}/envelope-proposal` from those that the store has. A date, a number or a word that differed
becomes a slot; a text that had nothing in common does not, and is told.

```console title="With versions of yours"
$ standfast envelope propose versions/* > envelope.json
$ standfast envelope check envelope.json openapi.yaml tomorrow.yaml
```

## What happens when

| event | what is served | who is told |
|---|---|---|
| the newest document is contained and says something else | the newest document, within `refresh_minutes` | everybody: `SchemaRefreshed`, in the feed too; the edge is purged |
| it is not contained, or cannot be read | what was served | the publisher, once, by message and mail: `EnvelopeLeft`, with the place and the reason |
| it is contained again | the newest document | the publisher: `EnvelopeReentered` |
| another version goes live, or comes back | of each version what was last contained in its own envelope | as always |
| the plugin is banned | nothing | as always |
"""


def page() -> str:
    """Return `docs/envelopes.md`."""
    text = _EXAMPLE.read_text(encoding="utf-8")
    return _PAGE.format(
        example=text,
        told="\n".join(f"> - {sentence}" for sentence in sentences(read_envelope(text.encode()))),
        keys=", ".join(f"`{key}`" for key in sorted(TEXT_KEYS)),
        forms="\n".join(f"| `{form}` | {example(form)} |" for form in DateForm),
        sets="\n".join(f"| `{each}` | {_HOLDS[each]} |" for each in CharacterSet),
        codes="\n".join(f"| `{code}` | {means} |" for code, means in CODES.items()),
    )


def schema() -> str:
    """Return `docs/envelope.schema.json`."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
