"""JSON and YAML from strangers: a value, or a sentence that says why not. No document can crash or stall this.

Size comes first, then UTF-8, then control characters; then a parser that counts what it builds. What comes out is made
of dict, list, str, int, float, bool and None. Nothing is coerced silently: equal keys, NaN, tags and merge keys are
refused, and YAML is read by the core schema of 1.2, so that JSON and YAML of one document give one value.
"""

from __future__ import annotations

from shared.contracts.parsing.documents import Parsed, parse, parse_json
from shared.contracts.parsing.failures import ParseError

__all__ = ["ParseError", "Parsed", "parse", "parse_json"]
