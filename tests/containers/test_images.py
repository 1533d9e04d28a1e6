"""What the images hold, and what a change of code sends to a registry."""

import gzip
import hashlib
import json
import re
import shutil
import subprocess
import tarfile
import tempfile
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest
from tests.support.containers import ROOT, docker, inspected

pytestmark = [pytest.mark.usefixtures("stack"), pytest.mark.timeout(1800)]

IMAGES: Final = ("api", "worker")
PUSHED_BYTES: Final = 5_000_000
# Measured, and a little more: all layers but the lowest, which is Debian and Python.
OWN_BYTES: Final = {"api": 215_000_000, "worker": 590_000_000}
API_BYTES: Final = 350_000_000
UNNEEDED: Final = (
    *("pip", "ensurepip", "setuptools", "faker", "polyfactory", "pygments", "jinja2", "pycparser"),
    *("pytest", "ministack", "sounddevice"),
)
VISION: Final = ("cv2", "mediapipe", "av")
IN_IMAGE: Final = "import importlib.util as u, sys; print(*[m for m in sys.argv[1:] if u.find_spec(m)])"
PROGRAMS: Final = {"api": ("cricksy",), "worker": ("cricksy", "cricksy_worker", "mediapipe.tasks.python.vision")}
IMPORT_ALL: Final = """
import importlib, pkgutil, sys
for name in sys.argv[1:]:
    for module in pkgutil.walk_packages(importlib.import_module(name).__path__, name + "."):
        if not module.name.endswith(".__main__"):
            importlib.import_module(module.name)
"""


def run(image: str, *command: str) -> str:
    return docker("run", "--rm", "--read-only", "--tmpfs", "/tmp", f"cricksy-{image}", *command)  # noqa: S108


def digests_of(tag: str) -> list[str]:
    """Digest of each layer, the lowest first."""
    return inspected(tag)["RootFS"]["Layers"]


def own_bytes(tag: str) -> int:
    """Bytes of all layers but the lowest."""
    history = docker("history", "--human=false", "--format", "{{.Size}}", tag).splitlines()
    *own, _system = [int(size) for size in history if size != "0"]
    return sum(own)


def pushed_bytes(tag: str, there: set[str]) -> dict[str, int]:
    """Digest and size by gzip, as a registry stores it, of each layer that is not ``there``."""
    new = set(digests_of(tag)) - there
    pushed: dict[str, int] = {}
    with tempfile.NamedTemporaryFile(suffix=".tar") as saved:
        docker("save", "--output", saved.name, tag)
        with tarfile.open(saved.name) as archive:
            for file in filter(None, map(archive.extractfile, archive)):
                content = file.read()
                digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
                if digest in new:
                    pushed[digest] = len(gzip.compress(content))
    assert set(pushed) == new
    return pushed


def labels_of(image: str) -> dict[str, str]:
    labels: dict[str, str] = inspected(f"cricksy-{image}")["Config"]["Labels"]
    return {name.removeprefix("org.opencontainers.image."): value for name, value in labels.items()}


def components(image: str) -> dict[str, dict[str, Any]]:
    bom = json.loads(run(image, "cat", "/usr/share/cricksy/sbom.cdx.json"))
    assert (bom["bomFormat"], bom["metadata"]["component"]["name"]) == ("CycloneDX", f"cricksy-{image}")
    return {component["name"]: component for component in bom["components"]}


@pytest.mark.parametrize("image", IMAGES)
def test_nothing_unneeded_is_there(image: str) -> None:
    assert run(image, "python", "-c", IN_IMAGE, *UNNEEDED) == ""
    assert run(image, "python", "-c", "import shutil; print(shutil.which('node'))") == "None"


def test_the_api_has_no_vision_library() -> None:
    assert run("api", "python", "-c", IN_IMAGE, *VISION) == ""
    assert run("worker", "python", "-c", IN_IMAGE, *VISION) == " ".join(VISION)


@pytest.mark.parametrize("image", IMAGES)
def test_the_descriptions_of_the_services_that_it_calls_are_there(image: str) -> None:
    services = "('s3', 'sqs', 'logs', 'sts', 'sso', 'sso-oidc')"
    run(
        image,
        "python",
        "-c",
        f"import botocore.loaders as b; [b.Loader().load_service_model(s, 'service-2') for s in {services}]",
    )


@pytest.mark.parametrize("image", IMAGES)
def test_its_labels_say_what_it_is(image: str) -> None:
    labels = labels_of(image)
    assert labels["title"] == f"cricksy-{image}"
    assert {"description", "version", "revision", "licenses"} <= set(labels)
    assert ("GPL-2.0-or-later" in labels["licenses"]) == (
        "x264" in run(image, "cat", "/usr/share/cricksy/sbom.cdx.json")
    )


@pytest.mark.parametrize("image", IMAGES)
def test_it_says_what_it_is_made_of(image: str) -> None:
    found = components(image)
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert found["cricksy-coach-plus"]["version"] == version
    assert found["libc6"]["purl"].startswith("pkg:deb/debian/libc6@")
    assert found["cpython"]["version"] == run(image, "python", "-c", "import platform as p; print(p.python_version())")
    assert found["preact"]["purl"].startswith("pkg:npm/preact@")
    models = {name for name, one in found.items() if one["type"] == "machine-learning-model"}
    there = run(image, "ls", "/opt/cricksy/share/cricksy/models").split() if image == "worker" else []
    assert models == set(there)
    locked = re.findall(r"^([a-z0-9._-]+)==", (ROOT / "locks" / f"{image}.txt").read_text(), re.MULTILINE)
    assert set(locked) - set(found) == set()
    assert run(image, "head", "-1", "/usr/share/cricksy/NOTICE.md") == "# What the images carry beside our code"


@pytest.mark.parametrize("image", IMAGES)
def test_it_is_as_small_as_its_libraries_allow(image: str) -> None:
    assert own_bytes(f"cricksy-{image}") <= OWN_BYTES[image]


def test_the_whole_image_of_the_api_is_small() -> None:
    assert inspected("cricksy-api")["Size"] <= API_BYTES


@pytest.mark.parametrize("image", IMAGES)
def test_nobody_becomes_another_user(image: str) -> None:
    assert run(image, "sh", "-c", "find / -xdev -type f -perm /6000 2>/dev/null || true") == ""


@pytest.mark.parametrize("image", IMAGES)
def test_every_module_of_ours_finds_what_it_imports(image: str) -> None:
    run(image, "python", "-c", IMPORT_ALL, *PROGRAMS[image])


@pytest.mark.parametrize("image", IMAGES)
def test_a_change_of_code_pushes_the_code_alone(image: str, tmp_path: Path) -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], capture_output=True, check=True, cwd=ROOT)  # noqa: S607
    for name in filter(None, listed.stdout.decode().split("\0")):
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target)
    for package in ("cricksy", "cricksy_worker"):
        with (tmp_path / "src" / package / "__init__.py").open("a") as file:
            file.write("\n# One line more.\n")
    changed = f"cricksy-{image}-changed"
    try:
        docker("build", "--quiet", "--target", image, "--tag", changed, str(tmp_path))
        pushed = pushed_bytes(changed, there=set(digests_of(f"cricksy-{image}")))
        assert 0 < sum(pushed.values()) < PUSHED_BYTES, pushed
    finally:
        docker("image", "rm", changed)
