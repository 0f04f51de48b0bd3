"""Mail, events and requests for deliveries on one machine."""

from __future__ import annotations

import json
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING

from local.deliveries import SqliteDeliveryQueue
from local.mail import FolderMail, LocalPeople
from local.queue import SqliteQueue
from local.topics import FileTopic
from shared.domain.events import Event, EventType
from shared.domain.ports import Letter
from shared.domain.webhooks import DeliveryRequest
from tests.building import NOON, REVIEWER, TODO, occasion

if TYPE_CHECKING:
    from pathlib import Path

    from local.database import Database

LETTER = Letter("01a1", "developer@localhost", "todo: Version 1 is rejected", "Größer.\n\n- Say what it does.\n")


def test_a_letter_is_a_file_that_mail_programs_open(tmp_path: Path) -> None:
    FolderMail(tmp_path / "mail").send(LETTER)
    (place,) = (tmp_path / "mail").iterdir()
    assert place.name == "01a1.eml"
    letter = message_from_bytes(place.read_bytes(), policy=default)
    assert (letter["To"], letter["Subject"]) == (LETTER.to, LETTER.subject)
    body = letter.get_body()
    assert body
    assert body.get_content().replace("\r\n", "\n") == LETTER.text


def test_a_letter_that_comes_again_is_there_once(tmp_path: Path) -> None:
    for _ in range(2):
        FolderMail(tmp_path).send(LETTER)
    assert len(list(tmp_path.iterdir())) == 1


def test_no_letter_leaves_the_folder(tmp_path: Path) -> None:
    FolderMail(tmp_path / "mail").send(Letter("../../x", "a@localhost", "x", "x"))
    assert [place.parent.name for place in tmp_path.rglob("*.eml")] == ["mail"]


def test_everybody_has_an_address_whatever_they_are_called() -> None:
    assert LocalPeople().email("developer") == "developer@localhost"
    assert LocalPeople().email("a b@c\r\nBcc: d@e") == "a%20b%40c%0D%0ABcc%3A%20d%40e@localhost"


def test_events_are_lines_that_anybody_can_follow(tmp_path: Path) -> None:
    topic = FileTopic(tmp_path / "events.jsonl")
    events = [
        Event(occasion().named(number), EventType.PLUGIN_BANNED, TODO, REVIEWER, NOON, detail={"reason": "a\nb"})
        for number in range(2)
    ]
    for event in events:
        topic.publish(event)
    lines = (tmp_path / "events.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["event_id"] for line in lines] == [event.event_id for event in events]
    assert json.loads(lines[0])["actor"] == REVIEWER


def test_a_request_for_a_delivery_waits_as_long_as_it_is_told_to(database: Database) -> None:
    now = [1000.0]
    queue = SqliteQueue(database, "DeliveryQueue", now=lambda: now[0])
    requests = [DeliveryRequest("0123", "01a1", revision) for revision in (1, 2)]
    SqliteDeliveryQueue(queue).ask(requests[0], delay=timedelta(minutes=5))
    SqliteDeliveryQueue(queue).ask(requests[1], delay=timedelta(0))
    (first,) = queue.receive(10, visibility_seconds=60)
    assert json.loads(first.body) == {"webhook_id": "0123", "delivery_id": "01a1", "revision": 2}
    queue.delete(first)
    now[0] += 299
    assert queue.receive(10, visibility_seconds=60) == []
    now[0] += 1
    (second,) = queue.receive(10, visibility_seconds=60)
    assert json.loads(second.body)["revision"] == 1
