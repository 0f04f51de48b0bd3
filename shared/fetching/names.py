"""Whether host names exist at all, by dnspython: `getaddrinfo` has one error for most of what can be wrong."""

from __future__ import annotations

import dns.exception
import dns.name
import dns.rdatatype
import dns.resolver

_SECONDS = 5.0


class DnsDomainNames:
    """The `DomainNames` port over the machine's own resolvers. `seconds` bounds one lookup, retries and all."""

    def __init__(self, seconds: float = _SECONDS) -> None:
        self._seconds = seconds

    def are_absent(self, host: str) -> bool:
        """Tell whether DNS answers that a name does not exist (NXDOMAIN, RFC 8020): it has no records, nor any below.

        A timeout, a server's failure and a name without addresses are something else.
        """
        try:
            # The final dot keeps the machine's search list out of it.
            dns.resolver.resolve(f"{host}.", dns.rdatatype.A, lifetime=self._seconds)
        except dns.resolver.NXDOMAIN:
            return True
        except (dns.exception.DNSException, UnicodeError, OSError):
            return False
        return False
