"""Asks the advisory databases of PyPI and npm about every locked package; fails where one could not be asked.

Usage: ``audit.py``, from the root of the repository. pip-audit calls a package that the database does not know
"skipped" and ends with 0: a run that audited nothing would pass. Here each package must have been looked up.

Exit codes: 0 all were audited and none has an advisory; 1 one has; 2 some could not be audited.
"""

import json
import re
import subprocess
import sys
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LOCKS = ("locks/api.txt", "locks/worker.txt", "locks/dev.txt")
NPM = ("web", "tools/npm", "clients/typescript")
EXIT_ADVISORY, EXIT_NOT_AUDITED = 1, 2
SHOWN = 3


@dataclass
class Audit:
    """Of one lock."""

    name: str
    audited: int = 0
    advisories: list[str] = field(default_factory=list[str])
    not_audited: list[str] = field(default_factory=list[str])
    """Packages, or the reason why none was."""

    @property
    def line(self) -> str:
        shown = [*self.advisories, *(f"not audited: {what}" for what in self.not_audited[:SHOWN])]
        more = len(self.not_audited) - SHOWN
        shown += [f"not audited: {more} more"] if more > 0 else []
        return f"{self.name}: {self.audited} audited" + "".join(f"\n    {line}" for line in shown)


def of_pip(name: str, output: str, errors: str, named: Collection[str]) -> Audit:
    """What pip-audit said of a lock, as JSON on stdout. ``named``: the packages that the lock names for any Python."""
    audit = Audit(name)
    try:
        found: list[dict[str, Any]] = json.loads(output)["dependencies"]
    except (ValueError, KeyError):
        audit.not_audited.append(last_line(errors) or "pip-audit said nothing")
        return audit
    for package in found:
        if "skip_reason" in package:
            audit.not_audited.append(package["name"])
        else:
            audit.audited += 1
            audit.advisories += [
                f"{package['name']} {package['version']}: {advisory['id']}, corrected in"
                f" {', '.join(advisory['fix_versions']) or 'no version'}"
                for advisory in package["vulns"]
            ]
    looked_at = {package["name"].lower().replace("_", "-").replace(".", "-") for package in found}
    audit.not_audited += sorted(set(named) - looked_at)
    return audit


def of_npm(name: str, output: str, errors: str) -> Audit:
    """What ``npm audit --json`` said."""
    audit = Audit(name)
    try:
        said: dict[str, Any] = json.loads(output)
    except ValueError:
        audit.not_audited.append(last_line(errors) or "npm said nothing")
        return audit
    if "metadata" not in said:
        audit.not_audited.append(str(said.get("message", "npm said nothing of packages")))
        return audit
    audit.audited = said["metadata"]["dependencies"]["total"]
    if audit.audited == 0:
        audit.not_audited.append("npm looked at no package")
    audit.advisories += [f"{package}: {found['severity']}" for package, found in said["vulnerabilities"].items()]
    return audit


def last_line(text: str) -> str:
    return text.strip().rpartition("\n")[2]


def run(command: list[str], directory: str = ".") -> tuple[str, str]:
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=directory)  # noqa: S603 - programs of the environment
    return done.stdout, done.stderr


def audits() -> Iterable[Audit]:
    programs = Path(sys.executable).parent
    pip_audit = [str(programs / "pip-audit"), "--no-deps", "--disable-pip", "--format=json", "--progress-spinner=off"]
    for lock in LOCKS:
        # What has a marker may be for another Python than this one.
        named = re.findall(r"^([a-z0-9][\w.-]*)==[^ ;\\]+ *\\?$", Path(lock).read_text(), re.MULTILINE)
        yield of_pip(lock, *run([*pip_audit, f"--requirement={lock}"]), named)
    for directory in NPM:
        yield of_npm(f"{directory}/package-lock.json", *run([str(programs / "npm"), "audit", "--json"], directory))


def verdict(found: Iterable[Audit]) -> int:
    """Print each and return the exit code."""
    code = 0
    for audit in found:
        print(audit.line, flush=True)
        if audit.not_audited:
            code = EXIT_NOT_AUDITED
        elif audit.advisories and code == 0:
            code = EXIT_ADVISORY
    return code


if __name__ == "__main__":
    sys.exit(verdict(audits()))
