"""TXT records from DNS, by dnspython: the standard library knows addresses alone."""

from __future__ import annotations

import dns.exception
import dns.rdatatype
import dns.resolver

_SECONDS = 5.0


class DnsTxtRecords:
    """The `TxtRecords` port over the machine's own resolvers. `seconds` bounds one lookup, retries and all."""

    def __init__(self, seconds: float = _SECONDS) -> None:
        self._seconds = seconds

    def __call__(self, name: str) -> tuple[str, ...]:
        """Return the texts of a name's TXT records, none where there are none or DNS does not answer in time."""
        try:
            # The final dot keeps the machine's search list out of it.
            answer = dns.resolver.resolve(f"{name}.", dns.rdatatype.TXT, lifetime=self._seconds)
        except (dns.exception.DNSException, UnicodeError, OSError):
            return ()
        return tuple(b"".join(record.strings).decode(errors="replace") for record in answer)
