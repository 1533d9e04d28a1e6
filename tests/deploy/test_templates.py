"""The templates against the linter, the images, the settings that the programs read, and the contract's names."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

import pytest
from tools.templates import DEPLOY, STACKS, container, properties, resolved, template

from cricksy.settings import api_settings, worker_settings

ROOT = Path(__file__).parents[2]
TEMPLATES = [DEPLOY / f"{stack}.yaml" for stack in STACKS]
VALUES = {
    "AWS::Region": "eu-west-1",
    "Bucket": "videos",
    "QueueUrl": "https://sqs.eu-west-1.amazonaws.com/1/queue",
    "DlqUrl": "https://sqs.eu-west-1.amazonaws.com/1/dlq",
    "DatabaseHost": "db.eu-west-1.rds.amazonaws.com",
    "DatabaseParameters": template("service")["Parameters"]["DatabaseParameters"]["Default"],
    "JwtAudience": "cricksy",
    "JwtIssuer": "https://issuer.example",
    "JwtJwksUrl": "https://issuer.example/keys",
    "CorsOrigins": "https://coach.example",
    "ResultsStore": "s3",
    "LandmarksStore": "postgres",
    "RetainVideosDays": "90",
    "RetainStillsDays": "180",
    "RetainLandmarksDays": "365",
    "RetainResultsDays": "730",
}
ALL = {"HasJwks": True, "HasJwtSecret": True, "HasJwtPrevious": True, "HasCors": True}


def lint(*files: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("cfn-lint")), "--format", "parseable", *map(str, files)]
    # No proxy leads out: a rule that asked the internet would fail here.
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env={"https_proxy": "http://127.0.0.1:1"}
    )


def test_the_linter_finds_nothing() -> None:
    done = lint(*TEMPLATES)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize(
    ("right", "wrong", "rule"),
    [
        ("ScaleInCooldown", "ScaleInColdown", "E3002"),
        ('Cpu: "2048"', 'Cpu: "2049"', "E3047"),
        ("sqs:ReceiveMessage", "sqs:RecieveMessage", "W3037"),
        ("!Ref QueueArn", "!Ref QueueAn", "E1020"),
    ],
)
def test_the_linter_would_find_it(tmp_path: Path, right: str, wrong: str, rule: str) -> None:
    spoilt = tmp_path / "service.yaml"
    text = (DEPLOY / "service.yaml").read_text()
    assert right in text
    spoilt.write_text(text.replace(right, wrong, 1))
    done = lint(spoilt)
    assert done.returncode != 0
    assert rule in done.stdout


def environment(task: str, conditions: Mapping[str, bool]) -> dict[str, str]:
    """What the program finds set; a secret is a long word."""
    found = container(task, VALUES, conditions)
    plain = {variable["Name"]: variable["Value"] for variable in found["Environment"]}
    return plain | {secret["Name"]: "s" * 40 for secret in found["Secrets"]}


@pytest.mark.parametrize(("task", "read"), [("ApiTask", api_settings), ("WorkerTask", worker_settings)])
@pytest.mark.parametrize("left_out", [*sorted(ALL), ""])
def test_each_program_takes_its_environment(task: str, read: Callable[[Mapping[str, str]], Any], left_out: str) -> None:
    settings = read(environment(task, ALL | ({left_out: False} if left_out else {})))
    assert settings.database_url.endswith("@db.eu-west-1.rds.amazonaws.com:5432/cricksy?sslmode=require")
    assert settings.aws.endpoint_url is None
    assert settings.artifacts.results == "s3"


def test_every_variable_is_one_that_is_read() -> None:
    known = (ROOT / "src/cricksy/settings.py").read_text() + (ROOT / "src/cricksy/environment.py").read_text()
    for task in ("ApiTask", "WorkerTask", "OperatorTask"):
        for name in environment(task, ALL):
            assert f'"{name}"' in known, (task, name)


def test_the_worker_gets_no_secret_of_tokens() -> None:
    assert not [name for name in environment("WorkerTask", ALL) if name.startswith("JWT")]
    role = json.dumps(properties("service", "WorkerExecutionRole"))
    assert "JwtSecretArn" not in role
    assert properties("service", "WorkerTask")["ExecutionRoleArn"] == {"Fn::GetAtt": ["WorkerExecutionRole", "Arn"]}


def test_a_worker_connects_to_https_and_the_database_alone() -> None:
    service = properties("service", "WorkerService")["NetworkConfiguration"]["AwsvpcConfiguration"]
    assert service["SecurityGroups"] == [{"Ref": "WorkerGroup"}, {"Ref": "DatabaseClients"}]
    for stack, group, port in (("service", "WorkerGroup", 443), ("data", "DatabaseClients", 5432)):
        found = properties(stack, group)
        assert [(rule["FromPort"], rule["ToPort"]) for rule in found["SecurityGroupEgress"]] == [(port, port)]
        assert "SecurityGroupIngress" not in found


@pytest.mark.parametrize(("task", "target"), [("ApiTask", "api"), ("WorkerTask", "worker")])
def test_the_health_check_is_the_images_own(task: str, target: str) -> None:
    image = (ROOT / "Dockerfile").read_text().partition(f" AS {target}\n")[2].partition("\nFROM ")[0]
    times = r"--interval=(\d+)s --timeout=(\d+)s --start-period=(\d+)s"
    check = re.search(rf"HEALTHCHECK {times}[^\[]*CMD (\[[^\n]*\])", image)
    assert check, image
    health = container(task, VALUES, ALL)["HealthCheck"]
    assert health["Command"] == ["CMD", *json.loads(check[4])]
    assert (health["Interval"], health["Timeout"], health["StartPeriod"]) == tuple(map(int, check.groups()[:3]))


def test_a_drain_ends_before_the_task_is_killed() -> None:
    found = container("WorkerTask", VALUES, ALL)
    drain = worker_settings(environment("WorkerTask", ALL)).drain_seconds
    assert drain < found["StopTimeout"] <= 120


def test_a_task_has_the_memory_and_cores_that_the_manual_asks_for() -> None:
    task = properties("service", "WorkerTask")
    slots = worker_settings(environment("WorkerTask", ALL)).concurrency
    assert int(task["Cpu"]) >= 1024 * slots
    assert int(task["Memory"]) >= 1024 * slots + 307


def test_the_names_are_the_contracts() -> None:
    assert properties("service", "Cluster")["ClusterName"] == "cricksy-ai-cluster"
    for service in ("api", "worker"):
        found = properties("service", f"{service.capitalize()}Service")
        assert found["ServiceName"] == f"cricksy-ai-{service}-service"
        assert found["DeploymentConfiguration"]["DeploymentCircuitBreaker"] == {"Enable": True, "Rollback": True}
        group = container(f"{service.capitalize()}Task", VALUES, ALL)["LogConfiguration"]["Options"]["awslogs-group"]
        logs = properties("data", f"{service.capitalize()}Logs")
        assert logs["LogGroupName"] == group == f"/cricksy-ai/{service}"
        assert logs["RetentionInDays"] == {"Ref": "LogDays"}


def test_what_must_outlive_the_stack_does() -> None:
    resources = template("data")["Resources"]
    for name in ("Bucket", "Queue", "DeadLetters", "ApiLogs", "WorkerLogs"):
        assert (resources[name]["DeletionPolicy"], resources[name]["UpdateReplacePolicy"]) == ("Retain", "Retain")
    assert resources["Database"]["DeletionPolicy"] == "Snapshot"
    database = resources["Database"]["Properties"]
    assert database["MultiAZ"] is database["DeletionProtection"] is database["StorageEncrypted"] is True
    assert database["PubliclyAccessible"] is False
    assert properties("data", "DatabaseParameters")["Parameters"] == {"rds.force_ssl": "1"}


def alarms() -> dict[tuple[str, str], tuple[str, float, float]]:
    """Metric and whose → comparison, threshold, and the seconds that it must last."""
    found: dict[tuple[str, str], tuple[str, float, float]] = {}
    for name, resource in template("service")["Resources"].items():
        if resource["Type"] == "AWS::CloudWatch::Alarm":
            alarm = resource["Properties"]
            seconds = alarm["Period"] * alarm["EvaluationPeriods"]
            found[alarm["MetricName"], name] = (alarm["ComparisonOperator"], float(alarm["Threshold"]), seconds)
            assert alarm["AlarmActions"] == [{"Ref": "Alarms"}]
    return found


def test_the_alarms() -> None:
    found, above, below = alarms(), "GreaterThanThreshold", "LessThanThreshold"
    visible = "ApproximateNumberOfMessagesVisible"
    assert found[visible, "Backlog"] == (above, 10, 600)
    assert found[visible, "DeepBacklog"] == (above, 50, 60)
    assert found[visible, "DeadLetter"] == (above, 0, 60)
    assert found["ApproximateAgeOfOldestMessage", "OldMessage"][:2] == (above, 600)
    assert found["RunningTaskCount", "FewWorkers"][:2] == (below, 2)
    for service in ("Api", "Worker"):
        assert found["CPUUtilization", f"{service}Cpu"][:2] == (above, 80)
        assert found["MemoryUtilization", f"{service}Memory"][:2] == (above, 90)


def test_the_dashboard_is_json_and_has_the_healthy_bands() -> None:
    body = json.loads(resolved(properties("service", "Dashboard")["DashboardBody"], VALUES, ALL))
    bands: dict[str, list[list[float]]] = {}
    for widget in body["widgets"]:
        if widget["type"] == "metric":
            (band,) = widget["properties"]["annotations"]["horizontal"]
            edges: list[Any] = cast("list[Any]", band) if isinstance(band, list) else [band]
            found = bands.setdefault(widget["properties"]["metrics"][0][1], [])
            found.append([edge["value"] for edge in edges])
    assert bands == {
        "ApproximateNumberOfMessagesVisible": [[0, 5], [0]],
        "ApproximateAgeOfOldestMessage": [[0, 60]],
        "CPUUtilization": [[20, 40]],
        "MemoryUtilization": [[50, 70]],
        "RunningTaskCount": [[2]],
    }
