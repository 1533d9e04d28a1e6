import json
from typing import Any

import pytest

from tools import audit


def pip(*packages: dict[str, Any]) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


CLEAN: dict[str, Any] = {"name": "a", "version": "1", "vulns": []}
SKIPPED: dict[str, Any] = {"name": "b", "skip_reason": "Dependency not found on PyPI and could not be audited: b (1)"}
BAD: dict[str, Any] = {"name": "c", "version": "1", "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1"]}]}
NPM_CLEAN = json.dumps({"vulnerabilities": {}, "metadata": {"dependencies": {"total": 7}}})


def test_what_was_audited_and_is_clean_passes(capsys: pytest.CaptureFixture[str]) -> None:
    found = [audit.of_pip("lock", pip(CLEAN), "", ["a"]), audit.of_npm("npm", NPM_CLEAN, "")]
    assert audit.verdict(found) == 0
    assert capsys.readouterr().out == "lock: 1 audited\nnpm: 7 audited\n"


def test_an_advisory_fails_and_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    npm = json.dumps(
        {"vulnerabilities": {"left-pad": {"severity": "high"}}, "metadata": {"dependencies": {"total": 7}}}
    )
    assert audit.verdict([audit.of_pip("lock", pip(CLEAN, BAD), "", ["a", "c"])]) == 1
    assert audit.verdict([audit.of_npm("npm", npm, "")]) == 1
    told = capsys.readouterr().out
    assert "c 1: PYSEC-1, corrected in 1.1" in told
    assert "left-pad: high" in told


@pytest.mark.parametrize(
    "found",
    [
        audit.of_pip("lock", pip(CLEAN, SKIPPED), "", ["a", "b"]),
        audit.of_pip("lock", pip(SKIPPED), "", ["b"]),
        audit.of_pip("lock", pip(), "", ["a"]),
        audit.of_pip("lock", pip(CLEAN), "", ["a", "not-looked-at"]),
        audit.of_pip("lock", "", "ERROR: the service does not answer", ["a"]),
        audit.of_pip("lock", "{}", "", ["a"]),
        audit.of_npm("npm", json.dumps({"message": "405 Method Not Allowed"}), "npm error"),
        audit.of_npm("npm", "", "npm error audit endpoint returned an error"),
        audit.of_npm("npm", json.dumps({"vulnerabilities": {}, "metadata": {"dependencies": {"total": 0}}}), ""),
    ],
    ids=lambda found: f"{found.name}: {found.not_audited}",
)
def test_what_was_not_audited_is_no_success(found: audit.Audit) -> None:
    assert found.not_audited
    assert audit.verdict([found]) == audit.EXIT_NOT_AUDITED
    # Nor is it one beside a lock that was.
    assert audit.verdict([found, audit.of_pip("other", pip(CLEAN), "", ["a"])]) == audit.EXIT_NOT_AUDITED
