"""The whole store on one machine: what the template declares, over the machine's storage."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from local.authorizer import Authorizer
from local.bell import Bell
from local.functions import load_functions
from local.gateway import Api, Gateway
from local.machine import Machine
from local.schedules import Housekeeping, ScheduledCall, ScheduledSend
from local.sign_in import SignInPages
from local.template import read_template
from local.tokens import LIFETIME_SECONDS, signing_key, write_people
from local.worker import QueueWork, StreamWork, Worker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.functions import LocalFunction
    from local.template import Template

_CHORES_SECONDS = 60.0
_PATIENCE_SECONDS = 15.0
"""How long to wait at the end for the work in hand: the longest fetch of one document."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to run. `connect_to` is where publishers' documents are fetched instead of from the publishers.

    `parameters` are the template's, by name, where they differ from their defaults. `purge_url` is where a cache
    in front takes purges, "" where there is none.
    """

    data: Path
    public_base_url: str
    connect_to: tuple[str, int] | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    purge_url: str = ""


class Stack:
    """The running store but for its socket. What is kept is safe without `stop`, which only finishes work in hand."""

    def __init__(self, options: Options) -> None:
        here = {"PublicBaseUrl": options.public_base_url, "LoginUrl": options.public_base_url}
        template = read_template(parameters={**options.parameters, **here})
        key = signing_key(options.data)
        self.tokens = write_people(options.data, key)
        self._machine = Machine.at(options.data)
        ports = self._machine.ports(connect_to=options.connect_to, purge_url=options.purge_url)
        functions = load_functions(template.functions, ports)
        authorizer = Authorizer(key.private_key.public_key(), key.key_id)
        sign_in = SignInPages(key, options.public_base_url)
        self.gateway = Gateway(Api(template.routes, functions, authorizer, sign_in))
        ports.http.connect(self.gateway)
        self._machine.changes.enrol({source.name: source.starting_position for source in template.streams})
        machine = self._machine
        chores = Housekeeping(
            machine.table.sweep, machine.changes.trim, machine.measurements.keep, seconds=_CHORES_SECONDS
        )
        people = Housekeeping(lambda: write_people(options.data, key), seconds=LIFETIME_SECONDS / 4)
        self._workers = [
            *_workers(template, functions, self._machine),
            Worker("housekeeping", chores, Bell()),
            Worker("tokens", people, Bell()),
        ]

    def start(self) -> None:
        """Start the workers."""
        for worker in self._workers:
            worker.start()

    def stop(self) -> None:
        """Finish the work in hand and close everything."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        for worker in self._workers:
            worker.stop()
        for worker in self._workers:
            worker.join(deadline - time.monotonic())
        self.gateway.close()
        self._machine.close()


def _workers(template: Template, functions: dict[str, LocalFunction], machine: Machine) -> Iterator[Worker]:
    for source in template.queues:
        queue = machine.queue(source.queue)
        queue.resume()
        queue_work = QueueWork(source, functions[source.function], queue)
        for number in range(source.threads):
            yield Worker(f"{source.queue}-{number}", queue_work, queue.arrivals)
    for stream in template.streams:
        work = StreamWork(stream, functions[stream.function], machine.changes)
        yield Worker(stream.name, work, machine.table.changes)
    for message in template.messages:
        send = ScheduledSend(message, machine.queue(message.queue), machine.database)
        yield Worker(message.name, send, Bell())
    for schedule in template.schedules:
        call = ScheduledCall(schedule, functions[schedule.function], machine.database)
        yield Worker(schedule.name, call, Bell())
