"""`standfast check FOLDER`: what it accepts, what it refuses, and how it says so."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from tests.unit.cli.plugins import HOST, MANIFEST, SCHEMA, run, write_plugin

if TYPE_CHECKING:
    from pathlib import Path

FINDING_FIELDS = ["code", "severity", "document", "pointer", "line", "column", "message", "fix"]


def test_a_fine_plugin_is_accepted(tmp_path: Path) -> None:
    ended = run("check", write_plugin(tmp_path))
    assert ended.status == 0
    assert "Accepted: no findings (profile enforced@1)." in ended.out


def test_a_plugin_with_an_error_is_refused(tmp_path: Path) -> None:
    ended = run("check", write_plugin(tmp_path, name_for_model="not a name"))
    assert ended.status == 1
    assert "Refused: 1 error (profile enforced@1)." in ended.out
    assert "manifest.name-form" in ended.out


def test_json_has_exactly_the_fields_that_programs_are_promised(tmp_path: Path) -> None:
    found = run("check", write_plugin(tmp_path, name_for_model="not a name"), "--format", "json")
    assert found.status == 1
    assert list(found.json) == ["accepted", "profile", "digest", "findings"]
    assert found.json["accepted"] is False
    assert found.json["profile"] == "enforced@1"
    (finding,) = found.json["findings"]
    assert list(finding) == FINDING_FIELDS
    assert (finding["code"], finding["severity"], finding["document"]) == ("manifest.name-form", "error", "manifest")
    assert (finding["pointer"], finding["line"], finding["column"]) == ("/name_for_model", 3, 21)


def test_the_digest_is_that_of_what_the_documents_say(tmp_path: Path) -> None:
    as_yaml = write_plugin(tmp_path / "yaml")
    as_json = write_plugin(tmp_path / "json", name="openapi.json")
    other = write_plugin(tmp_path / "other", name_for_human="Another")
    digests = [run("check", folder, "--format", "json").json["digest"] for folder in (as_yaml, as_json, other)]
    assert digests[0] == digests[1] != digests[2]
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", digests[0])


def test_there_is_no_digest_where_a_document_cannot_be_read(tmp_path: Path) -> None:
    folder = write_plugin(tmp_path)
    (folder / "openapi.yaml").write_text("openapi: [", encoding="utf-8")
    found = run("check", folder, "--format", "json")
    assert (found.status, found.json["digest"]) == (1, None)


def test_a_manifest_may_lie_where_it_is_served(tmp_path: Path) -> None:
    write_plugin(tmp_path)
    (tmp_path / ".well-known").mkdir()
    (tmp_path / "ai-plugin.json").rename(tmp_path / ".well-known/ai-plugin.json")
    assert run("check", tmp_path).status == 0


@pytest.mark.parametrize("name", ["openapi.json", "openapi.yaml", "openapi.yml"])
def test_the_description_may_have_each_of_its_names(tmp_path: Path, name: str) -> None:
    assert run("check", write_plugin(tmp_path, name=name)).status == 0


def test_of_two_descriptions_the_one_that_the_manifest_names_counts(tmp_path: Path) -> None:
    write_plugin(tmp_path)
    (tmp_path / "openapi.json").write_text("{", encoding="utf-8")
    assert run("check", tmp_path).status == 0
    write_plugin(tmp_path, api={"type": "openapi", "url": f"https://{HOST}/openapi.json"})
    assert run("check", tmp_path).status == 1


def test_a_folder_without_a_description_is_refused_with_a_clear_word(tmp_path: Path) -> None:
    write_plugin(tmp_path)
    (tmp_path / "openapi.yaml").unlink()
    found = run("check", tmp_path, "--format", "json")
    assert found.status == 1
    (finding,) = [finding for finding in found.json["findings"] if finding["severity"] == "error"]
    assert finding["document"] == "schema"
    assert "openapi.json or openapi.yaml or openapi.yml" in finding["message"]


def test_a_logo_that_is_not_in_the_folder_is_not_missed(tmp_path: Path) -> None:
    assert run("check", write_plugin(tmp_path), "--format", "json").json["findings"] == []


def test_a_logo_that_is_in_the_folder_is_looked_at(tmp_path: Path) -> None:
    (write_plugin(tmp_path) / "logo.png").write_bytes(b"GIF89a")
    found = run("check", tmp_path, "--format", "json").json["findings"]
    assert [finding["code"] for finding in found] == ["logo.gif"]


def test_a_link_never_leads_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(b"GIF89a")
    folder = write_plugin(tmp_path / "plugin", logo_url=f"https://{HOST}/..%2fsecret.png")
    assert run("check", folder, "--format", "json").json["findings"] == []


def test_the_documents_are_judged_as_if_served_from_the_host_of_the_description(tmp_path: Path) -> None:
    folder = write_plugin(tmp_path, schema={**SCHEMA, "servers": [{"url": "https://elsewhere.example.net"}]})
    found = run("check", folder, "--format", "json")
    assert [finding["code"] for finding in found.json["findings"]] == ["schema.server-host"]


def test_another_host_can_be_given(tmp_path: Path) -> None:
    folder = write_plugin(tmp_path, schema={**SCHEMA, "servers": [{"url": "https://api.example.com"}]})
    assert run("check", folder).status == 1
    assert run("check", folder, "--host", "www.example.com").status == 0
    assert run("check", folder, "--host", "https://example.com/").status == 0


def test_a_relative_description_takes_the_host_of_the_other_links(tmp_path: Path) -> None:
    folder = write_plugin(tmp_path, api={"type": "openapi", "url": "/openapi.yaml"})
    assert run("check", folder).status == 0


def test_the_documented_profile_is_stricter(tmp_path: Path) -> None:
    folder = write_plugin(tmp_path, name_for_human="A name of 24 characters.")
    assert run("check", folder).status == 0
    ended = run("check", folder, "--profile", "documented", "--format", "json")
    assert (ended.status, ended.json["profile"]) == (1, "documented@1")


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["/no/such/folder"], "There is no folder '/no/such/folder'."),
        (["{}/ai-plugin.json"], "is a file. Give the folder"),
        (["{}/empty"], "holds no ai-plugin.json"),
        (["todo.example.com"], "https://todo.example.com/.well-known/ai-plugin.json"),
        (["{}", "--profile", "none"], "There is no profile 'none': give enforced or documented."),
        (["{}", "--host", "not a host"], "is no host that a plugin could be served from"),
        (["https://todo.example.com/", "--host", "x.example.com"], "--host is for folders"),
        (["https://todo.example.com/", "--connect-to", "192.0.2.1:80"], "is no loopback address and port"),
        (["https://todo.example.com/", "--connect-to", "127.0.0.1"], "is no loopback address and port"),
        (["https://todo.example.com/", "--connect-to", "127.0.0.1:99999"], "is no loopback address and port"),
        (["{}", "--format", "xml"], "text"),
        ([], "Missing argument"),
        (["{}", "--nonsense"], "No such option"),
    ],
)
def test_wrong_usage_ends_with_2_and_a_word_on_what_is_wrong(tmp_path: Path, arguments: list[str], word: str) -> None:
    write_plugin(tmp_path)
    (tmp_path / "empty").mkdir()
    ended = run("check", *(argument.replace("{}", str(tmp_path)) for argument in arguments))
    assert ended.status == 2
    assert word in re.sub(r"\s+", " ", ended.err)
    assert ended.out == ""


def test_a_manifest_that_leads_nowhere_is_wrong_usage(tmp_path: Path) -> None:
    write_plugin(tmp_path)
    (tmp_path / "ai-plugin.json").unlink()
    (tmp_path / "ai-plugin.json").symlink_to(tmp_path / "ai-plugin.json")
    assert run("check", tmp_path).status == 2


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\xfe{", b"[]", b"null", b"{not json", b'{"api": 1}', b"[" * 100_000, b'{"api":{"url":"https://["}}'],
)
def test_no_manifest_is_too_broken_for_a_verdict(tmp_path: Path, body: bytes) -> None:
    (write_plugin(tmp_path) / "ai-plugin.json").write_bytes(body)
    for output_format in ("text", "json", "sarif", "github"):
        assert run("check", tmp_path, "--format", output_format).status == 1


def test_a_document_larger_than_the_store_takes_is_refused_without_reading_it_all(tmp_path: Path) -> None:
    folder = write_plugin(tmp_path)
    with (folder / "openapi.yaml").open("wb") as file:
        file.truncate(1 << 34)  # 16 GiB that take no room
    found = run("check", folder, "--format", "json")
    assert [finding["code"] for finding in found.json["findings"]] == ["document.too-large"]


def test_help_tells_the_exit_statuses() -> None:
    ended = run("check", "--help")
    assert ended.status == 0
    for word in ("0 accepted", "2 wrong usage", "--connect-to", "sarif", "documented"):
        assert word in ended.out


def test_the_commands_are_listed_where_none_is_given() -> None:
    ended = run()
    assert ended.status == 2
    assert "check" in ended.out + ended.err


def test_the_version_is_told() -> None:
    assert run("--version").out.startswith("standfast ")


def test_the_same_documents_give_the_same_findings_each_time(tmp_path: Path) -> None:
    folder = write_plugin(tmp_path, name_for_model="not a name", extra=json.dumps(MANIFEST))
    assert len({run("check", folder, "--format", "json").out for _ in range(3)}) == 1
