"""Writes what an environment holds as CycloneDX 1.6 JSON, with the libraries that its wheels bundle and all licences.

Usage: ``sbom.py [--lock FILE] [--name NAME] [--npm FILE] [--models DIRECTORY] [--system] [--licences]``. With
``--lock``: what the lock names, which must be installed here at the locked version. Without: all that is installed, as
inside an image, where it needs nothing but Python. ``--npm`` adds what npm's lock says that the page is made of,
``--models`` the pose models, ``--system`` Debian's packages and the interpreter, which is none of them. ``--licences``
writes a table of the Python packages instead.

Wheels carry shared libraries that no metadata names: PyAV's has x264 and x265. They are read from the wheels' lists.
"""

import argparse
import hashlib
import json
import platform
import re
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path
from urllib.parse import quote

LOCKED = re.compile(r"(?P<name>[a-z0-9][a-z0-9._-]*)==(?P<version>[^ ;\\]+)(?: ; (?P<marker>[^\\]+))?")
LIBRARY = re.compile(
    r"(?:^|/)[\w.-]+\.libs/lib(?P<name>[\w.+-]+?)(?:-[0-9a-f]{8})*(?:-(?P<inner>[\d.]+))?\.so(?P<version>[\w.]*)$"
)
# Of those that are not what the wheel's own licence says: the projects' COPYING files.
BUNDLED_LICENCES = {
    "x264": "GPL-2.0-or-later",
    "x265": "GPL-2.0-or-later",
    "avcodec": "LGPL-2.1-or-later",
    "avdevice": "LGPL-2.1-or-later",
    "avfilter": "LGPL-2.1-or-later",
    "avformat": "LGPL-2.1-or-later",
    "avutil": "LGPL-2.1-or-later",
    "swresample": "LGPL-2.1-or-later",
    "swscale": "LGPL-2.1-or-later",
    "asound": "LGPL-2.1-or-later",
    "gmp": "LGPL-3.0-or-later OR GPL-2.0-or-later",
    "gnutls": "LGPL-2.1-or-later",
    "hogweed": "LGPL-3.0-or-later OR GPL-2.0-or-later",
    "nettle": "LGPL-3.0-or-later OR GPL-2.0-or-later",
    "mp3lame": "LGPL-2.0-or-later",
    "unistring": "LGPL-3.0-or-later OR GPL-2.0-or-later",
    "quadmath": "LGPL-2.1-or-later",
    "gfortran": "GPL-3.0-or-later WITH GCC-exception-3.1",
    "crypto": "OpenSSL",
    "ssl": "OpenSSL",
}
# Words of old metadata, as SPDX writes them.
CLASSIFIERS = {
    "MIT License": "MIT",
    "BSD License": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "ISC License (ISCL)": "ISC",
}
TEXTS = (("MIT", "MIT"), ("Apache", "Apache-2.0"), ("BSD", "BSD-3-Clause"))


DPKG_STATUS = Path("/var/lib/dpkg/status")


class SbomError(Exception):
    """The environment is not what the lock says."""


def normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(file: Path) -> dict[str, str]:
    """Name and version of what the lock names for this Python."""
    found: dict[str, str] = {}
    for line in file.read_text().splitlines():
        match = LOCKED.match(line)
        if match and applies(match["marker"]):
            found[match["name"]] = match["version"]
    return found


def applies(marker: str | None) -> bool:
    if marker is None:
        return True
    # Beside a lock there is the whole environment; an image needs no lock.
    from packaging.markers import Marker

    return Marker(marker).evaluate()


def chosen(lock: Path | None) -> list[Distribution]:
    """By name. Raises :class:`SbomError` where the lock names what is not here at its version."""
    here = {normalised(found.metadata["Name"]): found for found in distributions()}
    if lock is None:
        return [here[name] for name in sorted(here)]
    wanted = locked(lock)
    if not wanted:
        raise SbomError(f"{lock} names no package")
    wrong = [
        f"{name} {version}" for name, version in wanted.items() if name not in here or here[name].version != version
    ]
    if wrong:
        raise SbomError(f"not installed as locked: {', '.join(wrong)}; run `make setup`")
    return [here[name] for name in sorted(wanted)]


def licence_of(found: Distribution) -> str | None:
    """An SPDX expression, or ``None`` where the metadata say nothing that can be read."""
    metadata = found.metadata
    for expression in metadata.get_all("License-Expression") or []:
        return expression
    classifiers = [
        line.rpartition(" :: ")[2] for line in metadata.get_all("Classifier") or [] if line.startswith("License")
    ]
    known = sorted({CLASSIFIERS[name] for name in classifiers if name in CLASSIFIERS})
    if known:
        return " OR ".join(known)
    text = "".join(metadata.get_all("License") or [])[:200]
    return next((spdx for word, spdx in TEXTS if word in text), None)


def libraries_of(found: Distribution) -> Iterator[tuple[str, str, str | None]]:
    """Name, version and licence of each bundled library; ``None``: that of the wheel."""
    seen: set[tuple[str, str]] = set()
    for file in found.files or []:
        match = LIBRARY.search(str(file))
        if match:
            library = match["name"], (match["version"] or match["inner"] or "").strip(".")
            if library not in seen:
                seen.add(library)
                yield *library, BUNDLED_LICENCES.get(match["name"])


def licences(expression: str | None) -> list[dict[str, str]]:
    return [{"expression": expression}] if expression else []


def component(found: Distribution) -> dict[str, object]:
    name, version = normalised(found.metadata["Name"]), found.version
    made: dict[str, object] = {
        "type": "library",
        "bom-ref": f"pkg:pypi/{name}@{version}",
        "name": name,
        "version": version,
        "purl": f"pkg:pypi/{name}@{version}",
        "licenses": licences(licence_of(found)),
    }
    bundled = [
        {
            "type": "library",
            "bom-ref": f"pkg:pypi/{name}@{version}#{library}-{of}",
            "name": library,
            "version": of,
            "licenses": licences(licence),
        }
        for library, of, licence in libraries_of(found)
    ]
    if bundled:
        made["components"] = bundled
    return made


def system_components(status: str) -> Iterator[dict[str, object]]:
    """Each package of Debian that ``status``, the text of dpkg's file, says is installed."""
    for paragraph in status.split("\n\n"):
        fields = dict(re.findall(r"^(Package|Version|Architecture|Status): (.+)$", paragraph, re.MULTILINE))
        if fields.get("Status") == "install ok installed":
            name, version = fields["Package"], fields["Version"]
            purl = f"pkg:deb/debian/{name}@{quote(version, safe='.-')}?arch={fields['Architecture']}"
            yield {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl}


def interpreter() -> dict[str, object]:
    """The Python that runs this, which the image's base has built itself."""
    version = platform.python_version()
    purl = f"pkg:generic/python@{version}"
    return {
        "type": "platform",
        "bom-ref": purl,
        "name": "cpython",
        "version": version,
        "purl": purl,
        "licenses": licences("PSF-2.0"),
    }


def page_components(lock: str) -> Iterator[dict[str, object]]:
    """Each package that the page's script holds, by the text of npm's lock: those that are not for building it."""
    for path, package in json.loads(lock)["packages"].items():
        if path and not package.get("dev"):
            name, version = path.rpartition("node_modules/")[2], package["version"]
            purl = f"pkg:npm/{quote(name, safe='/')}@{version}"
            yield {
                "type": "library",
                "bom-ref": purl,
                "name": name,
                "version": version,
                "purl": purl,
                "licenses": licences(package.get("license")),
            }


def model_components(directory: Path) -> Iterator[dict[str, object]]:
    """Each pose model, by the digest of its file."""
    for file in sorted(directory.glob("*.task")):
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        yield {
            "type": "machine-learning-model",
            "bom-ref": f"model:{file.name}",
            "name": file.name,
            "version": digest[:12],
            "hashes": [{"alg": "SHA-256", "content": digest}],
            "licenses": licences("Apache-2.0"),
        }


def sbom(found: list[Distribution], name: str, others: Iterable[dict[str, object]] = ()) -> dict[str, object]:
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "bom-ref": name, "name": name}},
        "components": [*(component(one) for one in found), *others],
    }


def table(found: list[Distribution]) -> Iterator[str]:
    for one in found:
        yield f"{one.metadata['Name']} {one.version}: {licence_of(one) or 'unknown'}"
        for library, version, licence in libraries_of(one):
            yield f"    {library} {version}: {licence or 'as the wheel'}"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--lock", type=Path)
    parser.add_argument("--name", default="cricksy")
    parser.add_argument("--npm", type=Path)
    parser.add_argument("--models", type=Path)
    parser.add_argument("--system", action="store_true")
    parser.add_argument("--licences", action="store_true")
    options = parser.parse_args(arguments)
    try:
        found = chosen(options.lock)
    except SbomError as error:
        print(f"sbom: {error}", file=sys.stderr)
        return 1
    if options.licences:
        print("\n".join(table(found)))
    else:
        others = [
            *(page_components(options.npm.read_text()) if options.npm else ()),
            *(model_components(options.models) if options.models else ()),
            *([interpreter(), *system_components(DPKG_STATUS.read_text())] if options.system else ()),
        ]
        print(json.dumps(sbom(found, options.name, others), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
