"""The runner of ``make test``: each phase's time, and the exit status of the one that fails."""

import re
import subprocess
import sys
from pathlib import Path

PROGRAM = Path(__file__).parents[2] / "tools" / "phases.py"


def run(*phases: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(PROGRAM), *phases], capture_output=True, text=True, check=False)


def times(output: str) -> dict[str, float]:
    """The last lines: seconds by phase."""
    lines = output.rpartition("\n\n")[2].splitlines()
    return {line[:14].strip(): float(re.findall(r"[\d.]+(?= s)", line)[0]) for line in lines}


def test_each_phase_is_run_in_order_and_timed() -> None:
    done = run("first one=echo 1 && sleep 0.3", "second=echo 2")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[:4] == ["== first one", "1", "== second", "2"]
    took = times(done.stdout)
    assert list(took) == ["first one", "second", "total"]
    assert took["first one"] >= 0.3
    assert took["total"] >= took["first one"]


def test_the_first_that_fails_ends_the_run_with_its_status() -> None:
    done = run("good=true", "bad=exit 7", "never=echo reached")
    assert done.returncode == 7
    assert "reached" not in done.stdout
    assert list(times(done.stdout)) == ["good", "bad", "total"]
    assert re.search("^bad .*FAILED$", done.stdout, flags=re.MULTILINE)


def test_what_runs_beside_is_shown_at_the_end_and_counts() -> None:
    done = run("&beside=echo late; exit 3", "main=echo early")
    assert done.returncode == 3
    assert done.stdout.index("early") < done.stdout.index("late")
    assert list(times(done.stdout)) == ["main", "beside", "total"]


def test_what_runs_beside_ends_with_a_phase_that_fails(tmp_path: Path) -> None:
    done = run(f"&beside=sleep 600; touch {tmp_path}/ran", "bad=false")
    assert done.returncode == 1
    assert list(tmp_path.iterdir()) == []


def test_a_phase_that_a_signal_ends_fails() -> None:
    assert run("killed=kill -9 $$").returncode == 128 + 9
