"""The manifest `ai-plugin.json`, schema version v1, as its publisher wrote it.

The models say which fields there are and of which type. Lengths, patterns and domains depend on a policy profile and
are rules (`manifest_rules`). Fields that the format does not know are kept: they are served as they came.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Lenient(BaseModel):
    """Types are exact (`"true"` is no boolean), unknown fields are kept."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True)


class NoAuth(_Lenient):
    """Calls carry no credentials."""

    type: Literal["none"]


class ServiceHttpAuth(_Lenient):
    """One secret for the whole service, which the host keeps."""

    type: Literal["service_http"]
    authorization_type: Literal["bearer", "basic", "custom"]
    custom_auth_header: str | None = None
    verification_tokens: dict[str, object] | None = None
    instructions: str | None = None


class UserHttpAuth(_Lenient):
    """A secret of each user's own."""

    type: Literal["user_http"]
    authorization_type: Literal["bearer", "basic", "custom"]
    custom_auth_header: str | None = None
    instructions: str | None = None


class OAuth(_Lenient):
    """OAuth 2 with an authorization code: users sign in at `client_url`, codes are exchanged at `authorization_url`."""

    type: Literal["oauth"]
    client_url: str
    authorization_url: str
    scope: str = ""
    authorization_content_type: str
    verification_tokens: dict[str, object] | None = None
    instructions: str | None = None


type Auth = Annotated[NoAuth | ServiceHttpAuth | UserHttpAuth | OAuth, Field(discriminator="type")]


class Api(_Lenient):
    """Where the OpenAPI document is. `url` may be relative. Both spellings of the flag are live."""

    type: Literal["openapi"] | None = None
    url: str
    is_user_authenticated: bool | None = None
    has_user_authentication: bool | None = None


class Manifest(_Lenient):
    """The whole manifest."""

    schema_version: Annotated[str, Field(pattern=r"^v[0-9](?:\.[0-9]{1,3}){0,2}$")]
    name_for_model: str
    name_for_human: str
    description_for_model: str
    description_for_human: str
    auth: Auth
    api: Api
    logo_url: str
    contact_email: str
    legal_info_url: str
