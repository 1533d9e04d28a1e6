"""What the images hold, and what a change of code sends to a registry."""

import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest
from tests.support.containers import ROOT, docker, inspected

pytestmark = [pytest.mark.usefixtures("stack"), pytest.mark.timeout(1800)]

IMAGES: Final = ("api", "worker")
PUSHED_BYTES: Final = 5_000_000
# Measured, and a little more: without the base image, which is not ours.
OWN_BYTES: Final = {"api": 260_000_000, "worker": 720_000_000}
UNNEEDED: Final = ("pip", "setuptools", "faker", "polyfactory", "pygments", "pytest", "ministack", "sounddevice")
VISION: Final = ("cv2", "mediapipe", "av")
IN_IMAGE: Final = "import importlib.util as u, sys; print(*[m for m in sys.argv[1:] if u.find_spec(m)])"


def run(image: str, *command: str) -> str:
    return docker("run", "--rm", "--read-only", "--tmpfs", "/tmp", f"cricksy-{image}", *command)  # noqa: S108


def layers_of(tag: str) -> dict[str, int]:
    """Digest and size in bytes of each layer, the lowest first."""
    digests: list[str] = inspected(tag)["RootFS"]["Layers"]
    history = docker("history", "--human=false", "--format", "{{.Size}}", tag).splitlines()
    sizes = [int(size) for size in reversed(history) if size != "0"]
    # An empty layer has a digest and no size: it is not counted on either side.
    assert len(sizes) <= len(digests)
    return dict(zip(digests[-len(sizes) :], sizes, strict=True))


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
    locked = re.findall(r"^([a-z0-9._-]+)==", (ROOT / "locks" / f"{image}.txt").read_text(), re.MULTILINE)
    assert set(locked) - set(found) == set()
    assert run(image, "head", "-1", "/usr/share/cricksy/NOTICE.md") == "# What the images carry beside our code"


@pytest.mark.parametrize("image", IMAGES)
def test_it_is_as_small_as_its_libraries_allow(image: str) -> None:
    base = set(inspected("python:3.12-slim-bookworm")["RootFS"]["Layers"])
    own = {digest: size for digest, size in layers_of(f"cricksy-{image}").items() if digest not in base}
    assert sum(own.values()) <= OWN_BYTES[image], own


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
        before = layers_of(f"cricksy-{image}")
        pushed = {digest: size for digest, size in layers_of(changed).items() if digest not in before}
        assert 0 < sum(pushed.values()) < PUSHED_BYTES, pushed
    finally:
        docker("image", "rm", changed)
