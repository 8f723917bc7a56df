"""The command line: assistant ingest | documents | search | ask | chat | users | doctor, and what store/commands.py adds."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from assistant import listing
from assistant.access import commands as users_commands
from assistant.answer import Answer, Ask, Turn
from assistant.build import build_embedder, build_engine
from assistant.settings import Settings
from assistant.store.commands import add_commands
from knowledge.section import KnowledgeError


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; 0 when it did what it was asked, 1 when something must be mended first, 2 for a mistyped command."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    args = _parser().parse_args(argv)
    try:
        status: int = args.run(args, Settings())
        return status
    except KnowledgeError as error:
        print(f"{error.reason}\nGör så här: {error.remedy}", file=sys.stderr)
        return 1
    except ValidationError as error:
        for wrong in error.errors():
            print(
                f"Inställningen ASSISTANT_{str(wrong['loc'][0]).upper()} har ett ogiltigt värde: {wrong.get('input')!r}.", file=sys.stderr
            )
        print("Gör så här: rätta eller ta bort inställningen och försök igen.", file=sys.stderr)
        return 1
    except (BrokenPipeError, KeyboardInterrupt):
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="assistant",
        description="Svarar på frågor om kommunens internationella arbete, ur kommunens egna dokument och med källa.",
        epilog="Börja med: assistant ingest MAPP. Ställ sedan en fråga: assistant ask ”Vem utser kontaktpersoner?” --municipality Lindhamn",
    )
    commands = parser.add_subparsers(required=True, metavar="KOMMANDO", title="kommandon")

    def add(name: str, run: Callable[[argparse.Namespace, Settings], int], about: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=about, description=about)
        command.set_defaults(run=run)
        return command

    ingest = add("ingest", _ingest, "Läs in en mapp med dokument, eller uppdatera efter ändringar i den.")
    ingest.add_argument("folder", type=Path, metavar="MAPP", help="mapp med PDF, DOCX, PPTX, HTML, Markdown eller text")
    documents = add("documents", _documents, "Visa alla dokument: vad de säger om sig själva, avsnitt och varningar.")
    search = add("search", _search, "Sök avsnitt.")
    ask = add("ask", _ask, "Ställ en fråga och få ett svar med källor.")
    for command, what in ((search, "sökord"), (ask, "frågan")):
        command.add_argument("text", nargs="?", metavar="TEXT", help=f"{what}, inom citattecken")
        command.add_argument("--batch", metavar="FIL", help="läs frågor från en fil, en JSON-rad var; - läser från standard in")
        command.add_argument("--municipality", metavar="KOMMUN", help="kommunen som frågar, till exempel Lindhamn")
    search.add_argument("--limit", type=int, default=10, metavar="ANTAL", help="högst så många avsnitt (10)")
    chat = add("chat", _chat, "Öppna chatten i webbläsaren.")
    chat.add_argument("--host", metavar="ADRESS", help="adress att lyssna på (127.0.0.1)")
    chat.add_argument("--port", type=int, metavar="PORT", help="port att lyssna på (8000)")
    users_commands.add_parser(add("users", users_commands.run, "Skapa, visa och ta bort konton för inloggning."))
    doctor = add("doctor", _doctor, "Kontrollera installationen: vad som finns, vad som är fel och vad du kan göra.")
    add_commands(add)
    for command in (ingest, documents, search, ask, doctor):
        command.add_argument("--json", action="store_true", help="skriv JSON, för andra program")
    for command in (documents, search, ask):
        command.add_argument(
            "--as-of", type=date.fromisoformat, metavar="DATUM", help="bedöm giltighet för en dag, till exempel 2026-11-22"
        )
    return parser


def _ingest(args: argparse.Namespace, settings: Settings) -> int:
    from knowledge.generation import index_folder
    from knowledge.lock import demand_free

    demand_free(index_folder(settings.home))  # who is to be refused does not wait for what indexing needs

    from assistant.progress import progress_bar
    from knowledge.ingest import ingest

    with progress_bar() as tell:
        report = ingest(args.folder, home=settings.home, embedder=build_embedder(settings, threads=2), progress=tell)
    print(json.dumps(report.as_dict(), ensure_ascii=False) if args.json else listing.report(report.as_dict()))
    return 0


def _documents(args: argparse.Namespace, settings: Settings) -> int:
    from knowledge.index import Index

    index = Index.open(settings.home, None)
    rows = listing.documents(index, args.as_of or settings.as_of or date.today())
    print(json.dumps(rows, ensure_ascii=False) if args.json else listing.documents_text(rows))
    return 0


def _search(args: argparse.Namespace, settings: Settings) -> int:
    engine = build_engine(settings, as_of=args.as_of)
    for row in _rows(args):
        asked = _asked(row)
        hits = engine.search(asked.question, asked.municipality, args.limit)
        found = {"id": asked.id, "hits": [listing.hit(h) for h in hits]}
        print(json.dumps(found, ensure_ascii=False) if args.json else listing.hits_text(hits), flush=True)
    return 0


def _ask(args: argparse.Namespace, settings: Settings) -> int:
    engine = build_engine(settings, as_of=args.as_of)
    engine.warm()
    for row in _rows(args):
        answer = engine.ask(_asked(row))
        print(json.dumps(answer.as_dict(), ensure_ascii=False) if args.json else listing.answer_text(answer), flush=True)
    return 0


def _chat(args: argparse.Namespace, settings: Settings) -> int:
    from assistant.web import run

    chosen = settings.model_copy(update={k: v for k, v in (("host", args.host), ("port", args.port)) if v is not None})
    engine = build_engine(chosen)
    engine.index()  # a missing index is told before a page is opened
    engine.warm()
    run(chosen, engine)
    return 0


def _doctor(args: argparse.Namespace, settings: Settings) -> int:
    from assistant.doctor import examine, findings_text

    findings = examine(settings)
    print(json.dumps([f.as_dict() for f in findings], ensure_ascii=False) if args.json else findings_text(findings))
    return 1 if any(f.wrong for f in findings) else 0


def _rows(args: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """The questions, one at a time: a line is answered before the next is read."""
    if not args.batch:
        if args.text is None:
            raise KnowledgeError("Frågan saknas.", "Skriv den inom citattecken, eller ange --batch FIL.")
        yield {"id": "", "question": args.text, "municipality": args.municipality}
        return
    stream = sys.stdin if args.batch == "-" else _opened(args.batch)
    for number, line in enumerate(iter(stream.readline, ""), start=1):
        if line.strip():
            yield {"municipality": args.municipality, **_row(line, number)}


def _opened(path: str) -> Any:
    try:
        return open(path, encoding="utf-8")
    except OSError as error:
        raise KnowledgeError(f"Filen {path} går inte att läsa.", "Kontrollera namnet.") from error


def _row(line: str, number: int) -> dict[str, Any]:
    """One line's question. A line that is no question becomes an empty one: it gets an answer object like any other."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict) or not isinstance(row.get("question"), str):
        print(f"Rad {number} är ingen fråga i JSON; den besvaras som en tom fråga.", file=sys.stderr)
        return {"id": "" if not isinstance(row, dict) else str(row.get("id", "")), "question": ""}
    return row


def _asked(row: dict[str, Any]) -> Ask:
    turns = [t for t in _list(row.get("history")) if isinstance(t, dict) and isinstance(t.get("question"), str)]
    history = tuple(
        Turn(t["question"], str(t.get("text") or ""), str(t.get("status") or ""), tuple(map(str, _list(t.get("section_ids")))))
        for t in turns
    )
    municipality = row.get("municipality")
    return Ask(
        row["question"], municipality if isinstance(municipality, str) and municipality.strip() else None, str(row.get("id") or ""), history
    )


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


__all__ = ["Answer", "main"]

if __name__ == "__main__":
    sys.exit(main())
