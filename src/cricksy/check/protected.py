"""The check of ECS: may a worker protect its task from scale-in."""

from typing import Final

import httpx
import msgspec

from cricksy.check.outcome import GRANT, Finding

_PATH: Final = "/task-protection/v1/state"
_DENIED: Final = "AccessDeniedException"
_MINUTES: Final = 10
"""As long as a worker asks for: where the check runs beside a worker at work, it takes nothing from it."""


class _Error(msgspec.Struct):
    code: str = msgspec.field(name="Code", default="")


class _Answer(msgspec.Struct):
    """``failure``: ECS looked at the task and does not protect it, as one of no service; the call was allowed."""

    protection: dict[str, object] | None = None
    failure: dict[str, object] | None = None
    error: _Error | None = None


async def protection_is_allowed(agent_uri: str) -> str:
    """ecs:UpdateTaskProtection, on the task of the check itself.

    Source of the answers: Amazon ECS Developer Guide, "Amazon ECS task scale-in protection endpoint".
    """
    body = {"ProtectionEnabled": True, "ExpiresInMinutes": _MINUTES}
    try:
        # The agent answers on a link-local address, which no proxy reaches.
        async with httpx.AsyncClient(timeout=10, trust_env=False) as client:
            response = await client.put(f"{agent_uri}{_PATH}", json=body)
        answer = msgspec.json.decode(response.content, type=_Answer)
    except (httpx.HTTPError, httpx.InvalidURL, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Finding(
            f"The agent of ECS does not answer as it should: {type(error).__name__}.",
            "Scale-in may stop a worker at work, which hands its jobs back: look at the platform's version.",
        ) from error
    if answer.error is not None and answer.error.code == _DENIED:
        raise Finding("ecs:UpdateTaskProtection is refused.", GRANT)
    if answer.protection is None and answer.failure is None:
        code = answer.error.code if answer.error is not None else response.status_code
        raise Finding(f"ECS answers {code} to a worker that protects itself.", "Try again; look at AWS's health page.")
    return "ecs:UpdateTaskProtection is allowed."
