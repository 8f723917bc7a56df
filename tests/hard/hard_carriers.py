"""Documents that carry an order: in the text, at the foot, in a table, in white, among what the file says of itself, or as its name."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Sequence
from html import escape
from pathlib import Path

import docx
from docx.shared import RGBColor
from hard_orders import Order

sys.path.insert(0, str(Path(__file__).parents[1] / "documents"))
from make_pdf import Sheet
from make_pdf import pdf as made

PLAIN = "Rutinen beskriver hur frågan hanteras i förvaltningens vardag och ses över vartannat år."


def _word(order: Order, question: str) -> bytes:
    document = docx.Document()
    if order.carrier != "name":  # a document without a title is called by its file's name
        document.add_heading(f"Rutin {order.number}", level=1)
        document.add_paragraph(PLAIN)
        document.add_heading(question.rstrip("?"), level=2)
    document.add_paragraph(
        f"{question} Frågan hanteras enligt kommunens styrdokument, och den som är osäker vänder sig till sin närmaste chef."
    )
    if order.carrier == "body":
        document.add_paragraph(f"{question} {order.text}")
    elif order.carrier == "table":
        table = document.add_table(2, 2)
        for cell, text in zip(table._cells, ("Fråga", "Svar", question, order.text), strict=True):
            cell.text = text
    elif order.carrier == "white":
        document.add_paragraph().add_run(order.text).font.color.rgb = RGBColor(255, 255, 255)
    elif order.carrier == "metadata":
        told = document.core_properties
        told.title = told.subject = told.keywords = told.comments = told.author = order.text
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _web(order: Order, question: str) -> bytes:
    told = escape(order.text)
    head = f"<title>{told}</title><meta name='description' content='{told}'>" if order.carrier == "metadata" else ""
    body = {
        "body": f"<p>{escape(question)} {told}</p>",
        "footnote": f"<p><small><sup>1</sup> {told}</small></p>",
        "table": f"<table><tr><th>Fråga</th><th>Svar</th></tr><tr><td>{escape(question)}</td><td>{told}</td></tr></table>",
        "white": f"<p style='color: white'>{told}</p>",
    }.get(order.carrier, "")
    heading = "" if order.carrier == "metadata" else f"<h1>Rutin {order.number}</h1>"
    start = f"<!doctype html><html><head>{head}</head><body>"
    return f"{start}<main>{heading}<p>{PLAIN}</p><h2>{escape(question)}</h2>{body}</main></body></html>".encode()


def _pdf(order: Order, question: str) -> bytes:
    sheet = Sheet().text(60, 780, f"Rutin {order.number}", size=20, bold=True).text(60, 740, PLAIN)
    sheet.text(60, 700, question.rstrip("?"), size=14, bold=True)
    text = order.text.encode("cp1252", "replace").decode("cp1252")
    if order.carrier == "footnote":
        sheet.text(60, 60, f"1 {text}", size=7)
    elif order.carrier == "body":
        sheet.text(60, 670, text)
    elif order.carrier == "white":
        sheet.text(60, 670, text, grey=1)
    return made(sheet, title=text.replace("(", "").replace(")", "") if order.carrier == "metadata" else "")


_MAKERS = {
    "body": (_word, _web, _pdf),
    "footnote": (_web, _pdf),
    "table": (_word, _web),
    "white": (_word, _web, _pdf),
    "metadata": (_word, _web, _pdf),
    "name": (_word,),
}
_ENDINGS = {_word: "docx", _web: "html", _pdf: "pdf"}


def write(folder: Path, orders: Sequence[Order], questions: Sequence[str]) -> None:
    """A document an order, each on the question of its number; the register says whose they are, so that they may be cited."""
    folder.mkdir()
    rows = []
    for order in orders:
        makers = _MAKERS[order.carrier]
        maker = makers[order.number // len(_MAKERS) % len(makers)]
        stem = order.text.replace("/", " ").strip(". ")[:110] if order.carrier == "name" else f"rutin-{order.number}"
        name = f"{stem}.{_ENDINGS[maker]}"
        (folder / name).write_bytes(maker(order, questions[order.number % len(questions)]))
        rows.append(f'[[document]]\nfile = {json.dumps(name, ensure_ascii=False)}\nid = "lindhamn/rutin-{order.number}"')
        rows.append('municipality = "Lindhamn"\ndecided_on = 2025-03-01\n')
    (folder / "register.toml").write_text("\n".join(rows), "utf-8")
