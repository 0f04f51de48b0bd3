"""The store built, packaged and deployed to an emulator of AWS, and the part of the CDN and of people played."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import os
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

import botocore.session

from tests.architecture.isolation import copy_source
from tests.e2e.deployed.expansion import Node, expanded
from tests.proof.ministack import CREDENTIALS, REGION, started

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TOOLS = Path(sys.executable).parent
SOURCE = ("functions", "shared", "alarms", "template.yaml", ".python-version")
STACK = "standfast"
PASSWORD = "Correct horse battery 1!"  # noqa: S105 - of people who live for a minute
CALLBACK = "http://localhost:8910/callback"
SCOPES = "openid standfast/publish standfast/review standfast/use"
_ARTIFACTS = "artifacts"
_DEPLOYED_WITHIN_SECONDS = 120.0
_SETTLED_WITHIN_SECONDS = 60.0


class DeploymentError(Exception):
    """The stack could not be built or deployed, or did not come to rest. The text says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401 - a JSON document
        """The body, read as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Deployment:
    """The deployed store. `source` is the template that it was built from, `template` what was deployed of it."""

    endpoint: str
    source: Path
    template: Node

    def client(self, service: str) -> Any:  # noqa: ANN401 - botocore makes its clients at run time
        """Return a client of the emulator."""
        return _client(service, self.endpoint)

    @cached_property
    def outputs(self) -> dict[str, str]:
        """The stack's outputs."""
        (stack,) = self.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
        return {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}

    @cached_property
    def resources(self) -> dict[str, str]:
        """The resources' physical ids, by logical id."""
        found = self.client("cloudformation").describe_stack_resources(StackName=STACK)["StackResources"]
        return {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in found}

    @cached_property
    def shown_to_the_origin(self) -> dict[str, str]:
        """What the CDN adds to a request: the deployed distribution's own headers, and the host that was asked."""
        found = self.client("cloudfront").get_distribution(Id=self.outputs["DistributionId"])["Distribution"]
        (origin,) = found["DistributionConfig"]["Origins"]["Items"]
        added = {each["HeaderName"]: each["HeaderValue"] for each in origin["CustomHeaders"]["Items"]}
        return added | {"x-public-host": self.outputs["DistributionDomain"]}

    def call(self, method: str, path: str, body: object = None, *, token: str = "") -> Answer:
        """Ask the API as the CDN does, for a person or for nobody."""
        return self.call_directly(method, path, body, headers=self.shown_to_the_origin, token=token)

    def call_directly(
        self, method: str, path: str, body: object = None, *, headers: Mapping[str, str], token: str = ""
    ) -> Answer:
        """Ask the API as anybody could who knows its address."""
        host = urlsplit(self.endpoint).netloc
        sent = {**headers, "host": f"{self.resources['Api']}.execute-api.{host}", "content-type": "application/json"}
        sent |= {"authorization": f"Bearer {token}"} if token else {}
        raw = json.dumps(body).encode() if body is not None else None
        return _exchange(self.endpoint + path, method, body=raw, headers=sent)

    def eventually(self, look: Callable[[], Answer], is_there: Callable[[Answer], bool]) -> Answer:
        """Look again and again until it is there. Raises DeploymentError."""
        deadline = time.monotonic() + _SETTLED_WITHIN_SECONDS
        while time.monotonic() < deadline:
            found = look()
            if is_there(found):
                return found
            time.sleep(0.25)
        raise DeploymentError(f"It did not come to be: {found.status} {found.body[:500]!r}")

    def sign_in(self, name: str, group: str) -> str:
        """Make an account, put it into a group, sign it in on the hosted pages, and return its access token."""
        cognito = self.client("cognito-idp")
        pool, address = self.outputs["UserPoolId"], f"{name}@example.com"
        email = [{"Name": "email", "Value": address}]
        cognito.admin_create_user(UserPoolId=pool, Username=address, TemporaryPassword=PASSWORD, UserAttributes=email)
        cognito.admin_set_user_password(UserPoolId=pool, Username=address, Password=PASSWORD, Permanent=True)
        cognito.admin_add_user_to_group(UserPoolId=pool, Username=address, GroupName=group)
        return self._token(address)

    def _token(self, address: str) -> str:
        """Go through the code flow with PKCE (RFC 7636), as a browser would."""
        client, verifier = self.outputs["UserPoolClientId"], secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {"client_id": client, "redirect_uri": CALLBACK, "scope": SCOPES, "response_type": "code", "state": "s"}
        asked |= {"code_challenge": challenge, "code_challenge_method": "S256"}
        page = _exchange(f"{self.endpoint}/oauth2/authorize?{urlencode(asked)}", "GET", headers={})
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.body.decode()))
        form = hidden | {"username": address, "password": PASSWORD}
        landed = _submit(self.endpoint, "/login", form).headers["location"]
        (code,) = parse_qs(urlsplit(landed).query)["code"]
        exchange = {"grant_type": "authorization_code", "client_id": client, "code": code, "redirect_uri": CALLBACK}
        token: str = _submit(self.endpoint, "/oauth2/token", exchange | {"code_verifier": verifier}).json[
            "access_token"
        ]
        return token


def _client(service: str, endpoint: str) -> Any:  # noqa: ANN401 - as above
    session = botocore.session.Session()
    session.set_credentials("test", "test")
    return session.create_client(service, region_name=REGION, endpoint_url=endpoint)


def _submit(endpoint: str, path: str, form: Mapping[str, str]) -> Answer:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    return _exchange(endpoint + path, "POST", body=urlencode(form).encode(), headers=headers)


def _exchange(url: str, method: str, *, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=40)
    try:
        connection.request(method, url.removeprefix(f"{parts.scheme}://{parts.netloc}"), body, dict(headers))
        answer = connection.getresponse()
        return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
    finally:
        connection.close()


@contextmanager
def deployed(directory: Path, publishers: str) -> Iterator[Deployment]:
    """Build, start the emulator, deploy. `publishers` is where all publishers' hosts are. Raises DeploymentError."""
    source = copy_source(directory / "source", *SOURCE)
    _sam("build", cwd=source)
    interpreter = Path(__file__).parent / "interpreter"
    settings = {"AUTH": "true", "PYTHONPATH": str(interpreter), "PUBLISHERS": publishers, "LOG_LEVEL": "INFO"}
    (directory / "emulator").mkdir()
    with started(directory / "emulator", **settings) as endpoint:
        deployment = Deployment(endpoint, source / "template.yaml", expanded(_packaged(source, endpoint)))
        _create(deployment)
        yield deployment


def _sam(*arguments: str, cwd: Path, **environment: str) -> None:
    variables = os.environ | CREDENTIALS | {"SAM_CLI_TELEMETRY": "0"} | environment
    done = subprocess.run(  # noqa: S603 - our own tool
        [TOOLS / "sam", *arguments], cwd=cwd, env=variables, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise DeploymentError(done.stdout[-2000:] + done.stderr[-2000:])


def _packaged(source: Path, endpoint: str) -> Node:
    written = source / "packaged.json"
    bucket = {"Bucket": _ARTIFACTS, "CreateBucketConfiguration": {"LocationConstraint": REGION}}
    _client("s3", endpoint).create_bucket(**bucket)
    output = ("--output-template-file", str(written), "--use-json")
    _sam("package", "--s3-bucket", _ARTIFACTS, *output, cwd=source, AWS_ENDPOINT_URL=endpoint)
    packaged: Node = json.loads(written.read_text(encoding="utf-8"))
    return packaged


def _create(deployment: Deployment) -> None:
    body = json.dumps(deployment.template).encode()
    deployment.client("s3").put_object(Bucket=_ARTIFACTS, Key="template.json", Body=body)
    formation = deployment.client("cloudformation")
    url = f"{deployment.endpoint}/{_ARTIFACTS}/template.json"
    formation.create_stack(StackName=STACK, TemplateURL=url, Capabilities=["CAPABILITY_IAM"])
    deadline = time.monotonic() + _DEPLOYED_WITHIN_SECONDS
    while time.monotonic() < deadline:
        (stack,) = formation.describe_stacks(StackName=STACK)["Stacks"]
        if stack["StackStatus"] == "CREATE_COMPLETE":
            return
        if not stack["StackStatus"].endswith("IN_PROGRESS"):
            break
        time.sleep(0.2)
    events = formation.describe_stack_events(StackName=STACK)["StackEvents"]
    reasons = [str(each.get("ResourceStatusReason")) for each in events if "FAILED" in each["ResourceStatus"]]
    raise DeploymentError("; ".join(reasons) or "The stack did not come to be in time.")
