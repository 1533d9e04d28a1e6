from dataclasses import replace

import pytest
from bench.fleet import Fleet, Policy, shipped_policy
from tools.templates import properties, template

from bench import fleet, scale

POLICY = shipped_policy()


def test_the_policy_is_the_deployed_one() -> None:
    tracking = properties("service", "WaitingPerWorker")["TargetTrackingScalingPolicyConfiguration"]
    assert POLICY.waiting_per_task == tracking["TargetValue"]
    assert POLICY.most == template("service")["Parameters"]["WorkersMost"]["Default"]
    assert POLICY.slots * 1.0 == POLICY.vcpu


def test_the_page_is_current() -> None:
    """For the small case; the others take a minute."""
    clips, most = scale.CASES[0]
    page = scale.PAGE.read_text()
    for row in scale.rows(POLICY, clips, most):
        assert row in page, "run `make bench-scale`"
    for clips, most in scale.CASES[1:]:
        assert page.count(f"| {clips:,} | {most} |") == 2


def test_no_clip_is_lost_when_workers_die(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fleet, "KILLED_EVERY_S", 900.0)
    ran = Fleet(replace(POLICY, most=20), 3_000, seed=2)
    day = ran.run()
    in_work = sum(task.busy for task in ran.tasks)
    assert day.killed > 50
    assert len(day.waits_s) + len(ran.queue.items) + in_work == 3_000
    assert max(day.waits_s) >= POLICY.visibility_s


def test_few_clips_need_no_scaling_and_do_not_wait() -> None:
    day = Fleet(POLICY, 300, seed=1).run()
    assert day.most_tasks == POLICY.least
    assert day.wait(50) < 1
    # Utilisation is what the clips need, by Little's law.
    need = day.busy_s / len(day.waits_s)
    assert fleet.CPU_MEDIAN_S < need < fleet.CPU_P95_S


def test_more_workers_wait_less_and_cost_more() -> None:
    few, many = (Fleet(replace(POLICY, most=most), 10_000, seed=1).run() for most in (3, 20))
    assert few.wait(99) > 2 * many.wait(99)
    assert few.task_s < many.task_s
    assert many.most_tasks == 20


def test_the_scaling_goes_back() -> None:
    ran = Fleet(POLICY, 10_000, seed=1)
    ran.env.run(until=fleet.DAY_S)
    assert ran.day.most_tasks > POLICY.least
    assert len(ran.tasks) == POLICY.least


def test_a_task_without_cores_for_its_slots_is_slower() -> None:
    starved: Policy = replace(POLICY, vcpu=POLICY.vcpu / 2)
    assert Fleet(starved, 300, seed=1).run().busy_s > 1.5 * Fleet(POLICY, 300, seed=1).run().busy_s
