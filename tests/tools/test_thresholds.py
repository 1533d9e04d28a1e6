import subprocess
import sys
from pathlib import Path

import pytest

from tools import thresholds

SOURCE = '''
"""A module."""

from typing import Final

NAME: Final = "text"
FAST: Final = 6.0  # H/s; a sprinter's 10 m/s
# Section, no threshold's.
# ratio; provisional: of the trunk,
# over two lines
SHARE: Final = 0.5
SPAN_S: Final = (-0.1, 2 * 60)  # s; before and after
HALF: Final = FAST / 2  # H/s; half of it
BARE: Final = 3
WRONG: Final = 3.0  # furlongs; far
LATER: Final[float] = 1.5  # metres per second
WORDS: Final = (NAME,)
FLAG: Final = True
local = 4  # s; no Final
'''


def test_numbers_are_read_with_unit_and_text() -> None:
    found = thresholds.read("a.module", SOURCE)
    assert [(one.name, one.value, one.unit, one.text) for one in found] == [
        ("FAST", "6.0", "H/s", "a sprinter's 10 m/s"),
        ("SHARE", "0.5", "ratio", "provisional: of the trunk, over two lines"),
        ("SPAN_S", "(-0.1, 2 * 60)", "s", "before and after"),
        ("HALF", "FAST / 2", "H/s", "half of it"),
        ("BARE", "3", None, None),
        ("WRONG", "3.0", None, None),
        ("LATER", "1.5", None, None),
    ]
    assert [one.name for one in found if one.is_provisional] == ["SHARE"]
    assert thresholds.complaint(found[4]) == "a.module:14: BARE has no comment of the form '# unit; source'"


@pytest.mark.parametrize("package", thresholds.PACKAGES)
def test_every_threshold_has_a_unit_and_a_source(package: str) -> None:
    register = thresholds.thresholds_of(package)
    assert len(register) > 20
    unexplained = [thresholds.complaint(one) for one in register if one.unit is None]
    assert not unexplained, "\n".join(unexplained)


def test_the_register_is_printed_as_a_table() -> None:
    program = Path(thresholds.__file__)
    run = subprocess.run([sys.executable, program], capture_output=True, text=True, check=False)
    lines = run.stdout.splitlines()
    assert lines[0].split() == ["name", "value", "unit", "module", "source"]
    (line,) = (line for line in lines if line.startswith("LONGEST_LOSS_MS "))
    assert line.split(maxsplit=4)[:4] == ["LONGEST_LOSS_MS", "500.0", "ms", "cricksy_worker.vision.tracking"]
    assert "provisional" in line
    assert "thresholds" in lines[-1]
