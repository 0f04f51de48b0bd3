"""`make demo`: the story of an upgrade, told by a real store, with what a reader saw meanwhile."""

from __future__ import annotations

import json
import signal
import tempfile
import time
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.process import StoreProcess
from local.publisher import PublisherHosts
from local.reader import Reader, percentile, poll

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.client import Client
    from local.reader import Account, Poll

HOST = "weather.example.com"
PLUGIN = "weather"
MANIFEST_URL = f"https://{HOST}/.well-known/ai-plugin.json"
_UNDER_REVIEW_SECONDS = 2.0
_AFTERWARDS_SECONDS = 1.0
_SETTLE_SECONDS = 20.0
_BAR = 44


@dataclass(frozen=True, slots=True)
class Edition:
    """What the publisher serves at one time: the text that the model reads, and an API of so many operations."""

    text: str
    operations: tuple[str, ...]

    @property
    def manifest(self) -> bytes:
        """The publisher's `ai-plugin.json`."""
        document = {
            "schema_version": "v1",
            "name_for_model": "weather",
            "name_for_human": "Weather",
            "description_for_model": self.text,
            "description_for_human": "The weather, wherever you are.",
            "auth": {"type": "none"},
            "api": {"type": "openapi", "url": f"https://{HOST}/openapi.yaml"},
            "logo_url": f"https://{HOST}/logo.png",
            "contact_email": f"plugins@{HOST}",
            "legal_info_url": f"https://{HOST}/legal",
        }
        return json.dumps(document, indent=2).encode()

    @property
    def schema(self) -> bytes:
        """The publisher's OpenAPI document."""
        paths = "".join(
            f"  /{name}:\n    get:\n      operationId: {name}\n      summary: Get the {name}\n"
            "      responses:\n        '200':\n          description: The answer\n"
            for name in self.operations
        )
        head = f"openapi: 3.0.1\ninfo:\n  title: Weather\n  version: '{len(self.operations)}'\n"
        return f"{head}servers:\n  - url: https://{HOST}\npaths:\n{paths}".encode()

    @property
    def files(self) -> Mapping[str, bytes]:
        """Everything that the publisher's host serves."""
        return {
            "/.well-known/ai-plugin.json": self.manifest,
            "/openapi.yaml": self.schema,
            "/legal": b"Use it well.\n",
        }


FIRST = Edition("Use it when somebody asks for the weather.", ("forecast",))
SECOND = Edition("Use it when somebody asks for the weather, or for the tides.", ("forecast", "tides"))
EDITIONS = {1: FIRST, 2: SECOND}


@dataclass(frozen=True, slots=True)
class Sight:
    """What a reader saw for a while: a version, in a row of polls. Moments are on the monotonic clock, in seconds.

    `first` is when the first poll began, `latest` when the last one did, and `last` when that ended.
    """

    version: int
    first: float
    latest: float
    last: float
    polls: int


@dataclass(slots=True)
class Sights:
    """Makes out which version each poll saw, and whether manifest and schema were of one version."""

    seen: list[Sight] = field(default_factory=list)

    def judge(self, seen: Poll) -> str:
        """Note a poll; return what is wrong with it, or ""."""
        text = seen.manifest.document.get("description_for_model")
        manifest_version = next((number for number, edition in EDITIONS.items() if edition.text == text), 0)
        body = seen.schema.body if seen.schema else b""
        schema_version = next((number for number, edition in EDITIONS.items() if edition.schema == body), 0)
        if not manifest_version or manifest_version != schema_version:
            return f"the manifest of version {manifest_version} with the schema of version {schema_version}"
        self._extend(manifest_version, seen)
        return ""

    def _extend(self, version: int, seen: Poll) -> None:
        last = self.seen[-1] if self.seen else None
        if last and last.version == version:
            self.seen[-1] = Sight(version, last.first, seen.began, seen.ended, last.polls + 1)
        else:
            self.seen.append(Sight(version, seen.began, seen.began, seen.ended, 1))


class Story:
    """Tells what happens, when, and whether it is what should."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self.failed: list[str] = []
        self.told: list[tuple[float, str, str]] = []

    def tell(self, who: str, what: str) -> None:
        """Tell one step."""
        self.told.append((time.monotonic() - self._began, who, what))
        print(f"  {self.told[-1][0]:6.2f} s  {who:<10} {what}", flush=True)

    def expect(self, *, holds: bool, what: str) -> None:
        """Tell whether something is as it should be."""
        print(f"  {'ok    ' if holds else 'FAILED'}    {what}", flush=True)
        if not holds:
            self.failed.append(what)

    def seconds(self, moment: float) -> float:
        """Return a moment of the monotonic clock in seconds since the story began."""
        return moment - self._began


def run_demo(*, record: Path | None = None) -> int:
    """Run the demonstration and return its exit status: 0 when everything was as it should be.

    `record` is a file for what was seen, as JSON, in seconds since the story began.
    """
    print("An upgrade under a reader's eyes: the approved version stays live until the new one is approved.\n")
    with tempfile.TemporaryDirectory(prefix="standfast-demo-") as data, PublisherHosts() as hosts:
        hosts.publish(HOST, FIRST.files)
        with StoreProcess(Path(data), connect_to=hosts.address) as store:
            story = Story()
            seen = _Demo(story, store, hosts).run()
    if record:
        record.write_text(json.dumps(seen, indent=1) + "\n", encoding="utf-8")
    print(f"\n{'Everything held.' if not story.failed else 'FAILED: ' + '; '.join(story.failed)}")
    return 1 if story.failed else 0


class _Demo:
    def __init__(self, story: Story, store: StoreProcess, hosts: PublisherHosts) -> None:
        self._story = story
        self._store = store
        self._hosts = hosts
        self._publisher = store.client("developer")
        self._reviewer = store.client("reviewer")

    def run(self) -> dict[str, Any]:
        """Run through the story and return what is to be recorded of it."""
        story = self._story
        story.tell("store", f"serves on {self._store.base_url}; {HOST} is played by {self._hosts.address}")
        first = self._submitted("/v1/plugins", {"manifest_url": MANIFEST_URL, "plugin_id": PLUGIN})
        self._approve(first)
        sights = Sights()
        reader = Reader(self._store.client(), lambda: [PLUGIN], sights.judge)
        reader.start()
        story.tell("reader", "polls the live manifest and the schema that it names, without pause")
        time.sleep(_AFTERWARDS_SECONDS)
        self._hosts.publish(HOST, SECOND.files)
        story.tell("publisher", "changes text and schema on the own host; the store serves what was approved")
        second = self._submitted(f"/v1/plugins/{PLUGIN}/versions", {})
        self._refuse_what_was_not_seen(second)
        story.tell("store", f"version 2 is under review for {_UNDER_REVIEW_SECONDS:.0f} s")
        time.sleep(_UNDER_REVIEW_SECONDS)
        asked, answered = self._approve(second)
        time.sleep(_AFTERWARDS_SECONDS)
        account = reader.stop()
        story.tell("reader", "stops")
        self._report(account, sights, asked=asked, answered=answered)
        record = self._record(account, sights, asked=asked)
        self._pull_the_plug()
        return record

    def _record(self, account: Account, sights: Sights, *, asked: float) -> dict[str, Any]:
        seconds = self._story.seconds
        rows = [
            {"version": row.version, "from": seconds(row.first), "to": seconds(row.last), "polls": row.polls}
            for row in sights.seen
        ]
        told = [{"at": at, "who": who, "what": what} for at, who, what in self._story.told]
        counts = {"polls": account.polls, "failed": len(account.failed), "mixed": len(account.wrong)}
        return {**counts, "approval_asked": seconds(asked), "seen": rows, "told": told}

    def _submitted(self, path: str, document: Mapping[str, str]) -> dict[str, Any]:
        """Submit and wait until the store has fetched, judged and pinned; return the version."""
        began = time.monotonic()
        accepted = self._publisher.post(path, document)
        number = accepted.document.get("version", 0)
        self._story.tell("publisher", f"submits {MANIFEST_URL}: {accepted.status}, version {number}")
        version = settled(self._publisher, PLUGIN, number)
        took = (time.monotonic() - began) * 1000
        self._story.tell("store", f"fetched and pinned it: {version.get('state')} after {took:.0f} ms")
        for part in version.get("parts", []):
            self._story.tell("", f"  {part['name']:<15} {part['size']:>5} bytes  {part['digest']}")
        self._story.expect(holds=version.get("state") == "in_review", what=f"version {number} is in review")
        return version

    def _approve(self, version: Mapping[str, Any]) -> tuple[float, float]:
        """Approve what was seen; return when that was asked and when it was answered."""
        asked = time.monotonic()
        reply = self._reviewer.post(_decision(version, "approve"), {"digest": version.get("digest") or ""})
        answered = time.monotonic()
        number, took = version.get("version"), (answered - asked) * 1000
        self._story.tell("reviewer", f"approves version {number} by its digest: {reply.status} after {took:.0f} ms")
        self._story.expect(holds=reply.status == 200, what=f"version {number} is approved")  # noqa: PLR2004
        return asked, answered

    def _refuse_what_was_not_seen(self, version: Mapping[str, Any]) -> None:
        other = f"sha256:{sha256(b'what the reviewer did not see').hexdigest()}"
        status = self._reviewer.post(_decision(version, "approve"), {"digest": other}).status
        self._story.tell("reviewer", f"approves a digest that is not that of version 2: {status}")
        self._story.expect(holds=status == 409, what="an approval of something else changes nothing")  # noqa: PLR2004

    def _report(self, account: Account, sights: Sights, *, asked: float, answered: float) -> None:
        story = self._story
        latencies = [percentile(account.latencies, share) * 1000 for share in (0.5, 0.95, 1)]
        print("\nWhat the reader saw\n")
        _draw(sights.seen, story)
        print(f"\n  polls           {account.polls:>8,}   each of a manifest and the schema that it names")
        print(f"  failed polls    {len(account.failed):>8,}")
        print(f"  mixed pairs     {len(account.wrong):>8,}   the manifest of one version with the schema of another")
        print("  latency         {:>8.1f} ms median, {:.1f} ms 95 %, {:.1f} ms longest".format(*latencies))
        versions = [sight.version for sight in sights.seen]
        if versions == [1, 2]:
            flip = (sights.seen[1].first - asked) * 1000
            print(f"  the flip        {flip:>8.1f} ms from the approval's request to the first poll of version 2")
        print()
        story.expect(holds=account.polls > 0 and not account.failed, what="no poll failed")
        story.expect(holds=not account.wrong, what="no poll got a mixed pair")
        story.expect(holds=versions == [1, 2], what=f"the reader saw version 1, then version 2: {versions}")
        late = [sight for sight in sights.seen if sight.version == 1 and sight.latest > answered]
        story.expect(holds=not late, what="after the approval was answered, nobody saw version 1 any more")
        old = self._store.client().get(f"/plugins/{PLUGIN}/versions/1/openapi.yaml")
        story.expect(holds=old.body == FIRST.schema, what="version 1's schema is still there, byte for byte")

    def _pull_the_plug(self) -> None:
        print("\nAnd when the power goes\n")
        self._store.end(signal.SIGKILL)
        seconds = self._store.start()
        seen = poll(self._store.client(), PLUGIN)
        self._story.tell("store", f"killed (SIGKILL) and started again in {seconds:.1f} s")
        is_second = Sights().judge(seen) == "" and seen.manifest.document["description_for_model"] == SECOND.text
        self._story.expect(holds=is_second, what="version 2 is live, its documents are whole")


def settled(client: Client, plugin_id: str, number: int) -> dict[str, Any]:
    """Wait until a version is fetched and judged, and return it; an empty one when that takes too long."""
    deadline = time.monotonic() + _SETTLE_SECONDS
    while time.monotonic() < deadline:
        version: dict[str, Any] = client.get(f"/v1/plugins/{plugin_id}/versions/{number}").document
        if version.get("state") not in {None, "submitted"}:
            return version
        time.sleep(0.01)
    return {}


def _decision(version: Mapping[str, Any], decision: str) -> str:
    return f"/v1/plugins/{version.get('plugin_id')}/versions/{version.get('version')}/{decision}"


def _draw(sights: list[Sight], story: Story) -> None:
    """Draw a line for each row of polls that saw one version, on a common axis of time."""
    if not sights:
        return
    begin, end = sights[0].first, sights[-1].last
    scale = _BAR / max(end - begin, 1e-9)
    for sight in sights:
        left, right = round((sight.first - begin) * scale), round((sight.last - begin) * scale)
        bar = ("#" * max(right - left, 1)).rjust(right).ljust(_BAR)
        span = f"{story.seconds(sight.first):6.2f} s to {story.seconds(sight.last):6.2f} s"
        print(f"  version {sight.version}  |{bar}|  {span}  {sight.polls:>6,} polls")
