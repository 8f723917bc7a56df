"""One archive with all that a server without any way out needs: python -m release.bundle FOLDER, by `make bundle`.

Wheels of what the program runs with, and its own, the models in them; licences, list of parts, checksums, how to install. The archive is
for the Python and the machine that it is made on. Its name is printed.
"""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from importlib import metadata
from pathlib import Path, PurePosixPath

from release.licences import licence_of
from release.pins import PROGRAM, ROOT, runtime_pins
from release.sbom import sbom

SERVER = Path(__file__).with_name("server")
"""What is put at the archive's top as it stands."""
NAME = "internationella-assistenten"
_LEGAL = ("LICEN", "COPYING", "NOTICE", "AUTHORS")


def make(folder: Path) -> Path:
    """The archive, made in a folder."""
    version = metadata.version(PROGRAM)
    name = f"{NAME}-{version}-py{sys.version_info[0]}{sys.version_info[1]}-{platform.system().lower()}-{platform.machine()}"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as made:
        top = Path(made) / name
        shutil.copytree(SERVER, top)
        shutil.copy(ROOT / "docs" / "drift.md", top)
        wheels(top, version)
        (top / "sbom.json").write_text(json.dumps(sbom(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        licences(top)
        (top / "VERSION").write_text(f"{version}\n", encoding="ascii")
        checksums(top)
        archive = folder / f"{name}.tar"  # wheels are compressed already
        with tarfile.open(archive, "w") as tar:
            tar.add(top, arcname=name, filter=_anonymous)
    return archive


def wheels(top: Path, version: str) -> None:
    """The wheels, and the exact list that they are installed by."""
    listed = "".join(f"{name}=={pinned}\n" for name, pinned in runtime_pins().items())
    (top / "requirements.lock").write_text(f"{listed}{PROGRAM}=={version}\n", encoding="ascii")
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps", "-w", str(top / "wheels")]
    with tempfile.TemporaryDirectory() as place:
        (pinned := Path(place) / "pinned").write_text(listed, encoding="ascii")
        subprocess.run([*pip, "-r", pinned], check=True)
        subprocess.run([*pip, "--no-build-isolation", _source(Path(place) / "source")], check=True)


def _source(copy: Path) -> Path:
    """A copy of what is under version control, so that nothing else in the folder gets into the wheel."""
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    for name in filter(None, tracked.split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy / name)
    return copy


def licences(top: Path) -> None:
    """A page with the licence of each part, and every licence text that a wheel holds."""
    rows = [f"| {name} | {version} | {licence_of(name)} |\n" for name, version in runtime_pins().items()]
    head = "# Licenser\n\nTexterna finns i mappen licenser, de som följer med delarna.\n\n| del | version | licens |\n| --- | --- | --- |\n"
    (top / "licenser.md").write_text(head + "".join(rows), encoding="utf-8")
    for wheel in sorted((top / "wheels").glob("*.whl")):
        with zipfile.ZipFile(wheel) as packed:
            for entry in packed.infolist():
                path = PurePosixPath(entry.filename)
                if ".dist-info" in path.parts[0] and path.name.upper().startswith(_LEGAL) and not entry.is_dir():
                    place = top / "licenser" / wheel.name.split("-")[0] / "-".join(path.parts[1:])
                    place.parent.mkdir(parents=True, exist_ok=True)
                    place.write_bytes(packed.read(entry))


def checksums(top: Path) -> None:
    """SHA256SUMS over every other file, as sha256sum writes and checks it."""
    files = sorted(p for p in top.rglob("*") if p.is_file())
    lines = [f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.relative_to(top).as_posix()}\n" for p in files]
    (top / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


def _anonymous(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """Nothing of the machine that made it."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    entry.mode = 0o755 if entry.isdir() or entry.name.endswith(("install.sh", "/assistenten")) else 0o644
    return entry


if __name__ == "__main__":
    archive = make(Path(*sys.argv[1:]))
    with archive.open("rb") as file:
        print(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {archive}")
