"""Each role's policy allows the calls that the code makes, on the resource that it makes them on, and nothing else."""

from typing import Any, Literal, cast

import pytest
from tests.support.aws_calls import calls_of, uncalled
from tools.templates import properties

from cricksy.aws.probes import OBJECT_ACTIONS
from cricksy.check.logged import LOG_GROUPS
from cricksy.check.stored import NOT_CALLED

# Service Authorization Reference, Amazon S3 and Amazon SQS. Another action where a version of the object is named.
ACTIONS = {
    "abort_multipart_upload": "s3:AbortMultipartUpload",
    "complete_multipart_upload": "s3:PutObject",
    "create_multipart_upload": "s3:PutObject",
    "delete_object": "s3:DeleteObject",
    "get_object": "s3:GetObject",
    "head_bucket": "s3:ListBucket",
    "head_object": "s3:GetObject",
    "list_object_versions": "s3:ListBucketVersions",
    "list_parts": "s3:ListMultipartUploadParts",
    "put_object": "s3:PutObject",
    "upload_part": "s3:PutObject",
    "change_message_visibility": "sqs:ChangeMessageVisibility",
    "change_message_visibility_batch": "sqs:ChangeMessageVisibility",
    "delete_message": "sqs:DeleteMessage",
    "get_queue_attributes": "sqs:GetQueueAttributes",
    "receive_message": "sqs:ReceiveMessage",
    "send_message": "sqs:SendMessage",
}
OF_THE_BUCKET_ITSELF = {"s3:ListBucket", "s3:ListBucketVersions"}
# Without it S3 answers 403 instead of 404 for a key that is missing (API reference, GetObject and HeadObject).
MISSING_IS_404 = ("bucket", "s3:ListBucket")
PROTECTION = ("task", "ecs:UpdateTaskProtection")
# By `cricksy check`, in the operator's task.
READING_LOGS = {(group, "logs:FilterLogEvents") for group in LOG_GROUPS.values()}
RESOURCES = {
    "arn:${AWS::Partition}:s3:::${Bucket}/coach_plus/*": "object",
    "arn:${AWS::Partition}:s3:::${Bucket}": "bucket",
    "QueueArn": "queue",
    "DlqArn": "dlq",
    "arn:${AWS::Partition}:ecs:${AWS::Region}:${AWS::AccountId}:task/cricksy-ai-cluster/*": "task",
    **{
        f"arn:${{AWS::Partition}}:logs:${{AWS::Region}}:${{AWS::AccountId}}:log-group:{group}:*": group
        for group in LOG_GROUPS.values()
    },
}
ROLES = {
    "ApiRole": ("cricksy.api.serve", {MISSING_IS_404}),
    "WorkerRole": ("cricksy_worker.run", {MISSING_IS_404, PROTECTION}),
    "OperatorRole": ("cricksy.cli_dlq", READING_LOGS),
}


def listed(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else [value]


def allowed(role: str) -> set[tuple[str, str]]:
    """Resource and action of each permission."""
    (policy,) = properties("service", role)["Policies"]
    found: set[tuple[str, str]] = set()
    for statement in policy["PolicyDocument"]["Statement"]:
        assert statement["Effect"] == "Allow"
        for resource in listed(statement["Resource"]):
            name = RESOURCES[next(iter(resource.values()))]
            found |= {(name, action) for action in listed(statement["Action"])}
    return found


def needed(root: str) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for whose, operation, arguments in calls_of(root):
        action = ACTIONS[operation]
        if operation in {"get_object", "delete_object"} and "VersionId" in arguments:
            # The same call with a version; that without one is made as well.
            found.add(("object", f"{action}Version"))
        resource = "object" if whose == "bucket" and action not in OF_THE_BUCKET_ITSELF else whose
        found.add((resource, action))
    return found


@pytest.mark.parametrize("role", ["api", "worker"])
def test_cricksy_check_tries_each_call_on_objects_that_the_role_allows(role: Literal["api", "worker"]) -> None:
    allows = {action for _, action in allowed(f"{role.title()}Role") if action.startswith("s3:")}
    assert OBJECT_ACTIONS - NOT_CALLED[role] == allows


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_do_what_its_program_does_and_nothing_else(role: str) -> None:
    root, beside = ROLES[role]
    assert allowed(role) == needed(root) | beside


def test_every_call_belongs_to_a_program() -> None:
    assert uncalled() == set()


def test_the_source_is_read_as_it_is() -> None:
    """Some calls of each program, so that a reading that finds too little is noticed."""
    api, worker = calls_of("cricksy.api.serve"), calls_of("cricksy_worker.run")
    operations = {operation for _, operation, _ in api}
    assert {"put_object", "upload_part", "list_parts", "head_object", "send_message"} <= operations
    assert not {"receive_message", "delete_message"} & operations
    assert ("dlq", "get_queue_attributes", frozenset({"AttributeNames", "QueueUrl"})) in worker
    assert "receive_message" in {operation for _, operation, _ in worker}


def test_nobody_is_trusted_but_tasks_of_this_account() -> None:
    for role in ROLES:
        (statement,) = properties("service", role)["AssumeRolePolicyDocument"]["Statement"]
        assert statement["Principal"] == {"Service": "ecs-tasks.amazonaws.com"}
        assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
