import json
import re
import subprocess
import sys
from functools import cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from tools import sbom

ROOT = Path(__file__).parents[2]
COPYLEFT = re.compile(r"(?<![L])GPL")


def made(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "tools" / "sbom.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def schema(uri: str) -> Any:
    """Of CycloneDX, which its own library brings; the schemas refer to each other."""
    directory = Path(next(iter(import_module("cyclonedx.schema._res").__path__)))
    return json.loads((directory / uri.rpartition("/")[2]).read_text())


@cache
def components(image: str, *arguments: str) -> list[dict[str, Any]]:
    done = made(f"--lock={ROOT}/locks/{image}.txt", f"--name=cricksy-{image}", *arguments)
    assert done.returncode == 0, done.stderr
    bom = json.loads(done.stdout)
    validator = jsonschema_rs.validator_for(schema("bom-1.6.SNAPSHOT.schema.json"), retriever=schema)
    assert (bom["bomFormat"], bom["specVersion"], bom["metadata"]["component"]["name"]) == (
        "CycloneDX",
        "1.6",
        f"cricksy-{image}",
    )
    assert list(validator.iter_errors(bom)) == []
    return bom["components"]


@pytest.mark.parametrize("image", ["api", "worker"])
def test_it_holds_each_locked_package_once_with_a_licence(image: str) -> None:
    found = components(image)
    locked = sbom.locked(ROOT / "locks" / f"{image}.txt")
    assert {one["name"]: one["version"] for one in found} == locked
    assert len(found) == len(locked) > 40
    assert [one["name"] for one in found if not one["licenses"]] == []
    references = [one["bom-ref"] for one in found for one in (one, *one.get("components", []))]
    assert len(references) == len(set(references))


def test_what_a_wheel_bundles_is_seen() -> None:
    av = next(one for one in components("worker") if one["name"] == "av")
    bundled = {one["name"]: one for one in av["components"]}
    assert bundled["x264"]["licenses"] == [{"expression": "GPL-2.0-or-later"}]
    assert bundled["avcodec"]["version"].split(".")[0].isdecimal()


def test_what_the_page_is_made_of_is_there_and_what_builds_it_is_not() -> None:
    names = {one["name"]: one for one in components("api", f"--npm={ROOT}/web/package-lock.json")}
    manifest = json.loads((ROOT / "web" / "package.json").read_text())
    assert set(manifest["dependencies"]) <= set(names)
    assert not set(manifest["devDependencies"]) & set(names)
    assert all(names[name]["licenses"] for name in manifest["dependencies"])


def test_the_models_and_the_interpreter_are_there(tmp_path: Path) -> None:
    (tmp_path / "pose.task").write_bytes(b"weights")
    found = components("worker", f"--models={tmp_path}")
    (model,) = [one for one in found if one["type"] == "machine-learning-model"]
    assert (model["name"], model["hashes"][0]["content"]) == ("pose.task", sha256(b"weights").hexdigest())
    assert sbom.interpreter()["version"] == ".".join(map(str, sys.version_info[:3]))


def test_the_notice_names_all_that_is_copyleft() -> None:
    notice = (ROOT / "NOTICE.md").read_text()
    for image in ("api", "worker"):
        for package in components(image):
            bundled = package.get("components", [])
            strict = [one for one in bundled if COPYLEFT.search(json.dumps(one["licenses"]))]
            if strict:
                assert f"`{package['name']}`" in notice
            assert not COPYLEFT.search(json.dumps(package["licenses"])), package["name"]
            # An API image has none but the runtime of gfortran, whose licence excepts it.
            if image == "api":
                assert all("exception" in json.dumps(one["licenses"]) for one in strict)


def test_a_lock_that_is_not_installed_is_no_sbom(tmp_path: Path) -> None:
    lock = tmp_path / "lock.txt"
    lock.write_text("click==0.1 \\\n    --hash=sha256:0\nno-such-package==1.0 \\\n")
    done = made(f"--lock={lock}")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "sbom: not installed as locked: click 0.1, no-such-package 1.0; run `make setup`\n"
    lock.write_text("# nothing\n")
    assert made(f"--lock={lock}").returncode == 1


def test_inside_an_image_it_needs_nothing_and_lists_what_is_there() -> None:
    """Through stdin, with no module of ours or of the development environment in reach."""
    source = (ROOT / "tools" / "sbom.py").read_text()
    command = [sys.executable, "-I", "-S", "-", "--name=bare"]
    done = subprocess.run(command, input=source, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["components"] == []


def test_debian_s_packages_are_there_where_they_are_asked_for() -> None:
    status = """\
Package: libegl1
Status: install ok installed
Architecture: amd64
Version: 1.6.0-1+b1
Description: a library
 Version: not a field

Package: gone
Status: deinstall ok config-files
Architecture: all
Version: 2:1.0
"""
    (found,) = sbom.system_components(status)
    assert found["purl"] == "pkg:deb/debian/libegl1@1.6.0-1%2Bb1?arch=amd64"
    bom = json.loads(json.dumps(sbom.sbom([], "an image", [found])))
    validator = jsonschema_rs.validator_for(schema("bom-1.6.SNAPSHOT.schema.json"), retriever=schema)
    assert list(validator.iter_errors(bom)) == []
