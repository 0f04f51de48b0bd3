"""Why a store cannot be moved.

ExchangeError
├── SiteError      a place cannot be opened, or is in use
├── BundleError    a bundle is broken, or of another release
├── MovedError     the store changed while it was read
└── ForeignError   the place holds another store
"""

from __future__ import annotations

from shared.domain.errors import StandfastError


class ExchangeError(StandfastError):
    """A store cannot be moved. Its text is for the operator."""


class SiteError(ExchangeError):
    """A place cannot be opened, or is in use."""


class BundleError(ExchangeError):
    """A bundle is broken, unfinished, or of another release."""


class MovedError(ExchangeError):
    """The store changed while it was read, so that what was read is no state that ever was."""


class ForeignError(ExchangeError):
    """The place holds another store, or another state of this one."""
