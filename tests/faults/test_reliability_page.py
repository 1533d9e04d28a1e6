"""Every proof that docs/reliability.md names is there."""

import re

from tests.faults.fleet import ROOT

_PROOF = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def test_every_proof_exists() -> None:
    proofs = _PROOF.findall((ROOT / "docs/reliability.md").read_text())
    assert proofs
    missing = [f"{file}::{name}" for file, name in proofs if not re.search(rf"def {name}\(", (ROOT / file).read_text())]
    assert not missing
