"""The doctor: what is wrong is found, told in Swedish with what to do, and no key is ever told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from model_service import Service, refuses, replies
from pydantic import SecretStr

from assistant import doctor
from assistant.__main__ import main
from assistant.doctor import Finding, examine, findings_text
from assistant.settings import Settings
from knowledge import generation as disk
from knowledge.section import KnowledgeError

KEY = "hemlig-nyckel-123"


def by_name(settings: Settings) -> dict[str, Finding]:
    return {f.name: f for f in examine(settings)}


@pytest.fixture(scope="module")
def healthy(sample_home: Path) -> dict[str, Finding]:
    return by_name(Settings(home=sample_home))


def test_nothing_is_wrong_with_the_sample(healthy: dict[str, Finding]) -> None:
    assert [f for f in healthy.values() if f.wrong] == []
    assert findings_text(list(healthy.values())).endswith("Allt är i ordning.")


def test_it_tells_versions_index_and_embedder(healthy: dict[str, Finding]) -> None:
    assert "Python 3." in healthy["Program"].text
    assert "chromadb 1." in healthy["Bibliotek"].text
    assert "11 dokument" in healthy["Index"].text
    assert f"format {disk.FORMAT}" in healthy["Index"].text
    assert "384 dimensioner" in healthy["Språkmodell för sökning"].text
    assert healthy["Språkmodell för sökning"].text.split(",")[0] in healthy["Index"].text
    assert healthy["Språkmodell för svar"].text == "Ingen språkmodell är inställd; svaren består av citat."


def test_a_missing_index_is_told_with_its_remedy_and_nothing_is_written(tmp_path: Path) -> None:
    found = by_name(Settings(home=tmp_path / "ny"))
    assert found["Index"] == Finding("Index", "Det finns inget index ännu.", True, "Kör assistant ingest MAPP.")
    assert not found["Mapp"].wrong
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_index_is_told(sample_home: Path, tmp_path: Path) -> None:
    generation = disk.current(sample_home)
    assert generation
    index = tmp_path / "index"
    (index / generation).mkdir(parents=True)
    (index / "current").write_text(generation)
    found = by_name(Settings(home=tmp_path))["Index"]
    assert found.wrong
    assert "ingest" in found.remedy


def test_a_home_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    place = tmp_path / "fil"
    place.write_text("")
    found = by_name(Settings(home=place))["Mapp"]
    assert found.wrong
    assert "ASSISTANT_HOME" in found.remedy


def test_an_embedder_that_cannot_be_loaded_is_told(sample_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object, **__: object) -> None:
        raise KnowledgeError("Språkmodellen för sökning saknas.", "Kör make install på nytt.")

    monkeypatch.setattr(doctor, "build_embedder", missing)
    found = by_name(Settings(home=sample_home))
    embedding = found["Språkmodell för sökning"]
    assert embedding == Finding(embedding.name, "Språkmodellen för sökning saknas.", True, "Kör make install på nytt.")
    assert not found["Index"].wrong  # what it holds can still be told


def test_vectors_that_make_no_sense_are_told(sample_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Constant:
        name, dimensions = "konstant", 2

        def embed_question(self, text: str) -> list[float]:
            return [1.0, 0.0]

        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return [[1.0, 0.0] for _ in texts]

    monkeypatch.setattr(doctor, "build_embedder", lambda settings, *, threads: Constant())
    found = by_name(Settings(home=sample_home))["Språkmodell för sökning"]
    assert found.wrong
    assert "konstant" in found.text


def test_no_key_is_told_wherever_it_stands(sample_home: Path) -> None:
    url = f"http://kund:{KEY}@127.0.0.1:9/v1?api_key={KEY}"
    settings = Settings(home=sample_home, embedding_url=url, embedding_model="m", embedding_key=SecretStr(KEY))
    findings = examine(settings)
    text = findings_text(findings) + json.dumps([f.as_dict() for f in findings])
    assert "http://127.0.0.1:9/v1" in text
    assert KEY not in text


def test_documents_that_need_a_word_in_the_register_are_told(tmp_path: Path) -> None:
    from assistant.build import build_embedder
    from knowledge.ingest import ingest

    folder = tmp_path / "dokument"
    folder.mkdir()
    (folder / "okand.md").write_text("# Riktlinjer för resor\n\n## Syfte\n\nAlla resor ska vara till nytta.\n", encoding="utf-8")
    (folder / "ekvik.md").write_text("# Regler för gåvor\n\n## Syfte\n\nGåvor ska vara enkla och få.\n", encoding="utf-8")
    (folder / "utkast.md").write_text("# Utkast till policy\n\n## Syfte\n\nKommunen ska samarbeta med andra.\n", encoding="utf-8")
    entries = "".join(f'[[document]]\nfile = "{file}"\nmunicipality = "Ekvik"\n' for file in ("ekvik.md", "utkast.md"))
    (folder / "register.toml").write_text(entries, encoding="utf-8")
    settings = Settings(home=tmp_path / "home")
    ingest(folder, home=settings.home, embedder=build_embedder(settings, threads=1))
    found = by_name(settings)
    assert found["Kommun"].text == "Kommun saknas för okand.md."
    assert "municipality" in found["Kommun"].remedy
    assert found["Kontakter"].text == "Kontakt saknas för Ekvik."
    assert "contact" in found["Kontakter"].remedy
    assert (found["Utkast"].text, found["Utkast"].wrong) == ("Används inte i svar: utkast.md.", False)
    assert "Varningar" not in found


def test_every_wrong_thing_comes_with_what_to_do(tmp_path: Path) -> None:
    place = tmp_path / "fil"
    place.write_text("")
    findings = examine(Settings(home=place))
    assert all(f.remedy for f in findings if f.wrong)
    wrong = sum(f.wrong for f in findings)
    text = findings_text(findings)
    assert wrong
    assert text.count("FEL  ") == wrong
    assert text.endswith(f"Att åtgärda: {wrong}.")


def test_the_status_says_whether_something_is_wrong(
    tmp_path: Path, sample_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import io
    import sys

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
    for home, status in ((sample_home, 0), (tmp_path, 1)):
        monkeypatch.setenv("ASSISTANT_HOME", str(home))
        assert main(["doctor", "--json"]) == status
        findings = json.loads(capsys.readouterr().out)
        assert {frozenset(f) for f in findings} == {frozenset(("name", "text", "wrong", "remedy"))}


def test_a_model_that_writes_is_tried_and_told_with_its_cost_and_never_its_key(sample_home: Path) -> None:
    with Service(replies({})) as model:
        url = model.url.replace("127.0.0.1", f"kund:{KEY}@127.0.0.1")
        settings = Settings(home=sample_home, model="m", model_url=f"{url}?api_key={KEY}", model_key=SecretStr(KEY))
        found = by_name(settings)
    assert found["Språkmodell för svar"].text == f"m hos {model.url} svarar."
    assert "I dag 0 token i loggade svar, av högst 1 000 000." in found["Språkmodellens kostnad"].text
    assert KEY not in findings_text(list(found.values()))


def test_a_model_that_does_not_reply_is_told_with_its_remedy(sample_home: Path) -> None:
    with Service(refuses(401, f'{{"error": {{"message": "wrong key {KEY}"}}}}')) as model:
        found = by_name(Settings(home=sample_home, model="m", model_url=model.url, model_key=SecretStr(KEY)))["Språkmodell för svar"]
    assert found.text == f"m hos {model.url} avvisade frågan, svarskod 401. Svaren består av citat."
    assert found.wrong
    assert "ASSISTANT_MODEL_KEY" in found.remedy
    half = by_name(Settings(home=sample_home, model="m"))["Språkmodell för svar"]
    assert (half.wrong, "ASSISTANT_MODEL_URL" in half.remedy) == (True, True)
