"""The templates of ``deploy/``, read as CloudFormation reads them."""

import json
import re
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, cast

# Imported by name: it has no types.
_yaml: Any = import_module("cfnlint.decode.cfn_yaml")
DEPLOY = Path(__file__).parents[1] / "deploy"
STACKS = ("network", "data", "service")


def template(stack: str) -> dict[str, Any]:
    """As plain JSON, its short forms (``!Ref``) written out."""
    # The linter's own nodes remember their lines; a round trip leaves the values.
    return json.loads(json.dumps(_yaml.load(str(DEPLOY / f"{stack}.yaml")), default=str))


def properties(stack: str, name: str) -> dict[str, Any]:
    return template(stack)["Resources"][name]["Properties"]


def resolved(value: Any, values: Mapping[str, str], conditions: Mapping[str, bool]) -> Any:  # noqa: ANN401 - as JSON is
    """``value`` with each reference replaced: ``values`` by name, a name in ``<>`` where it is not among them."""
    if isinstance(value, list):
        items = [resolved(item, values, conditions) for item in cast("list[Any]", value)]
        return [item for item in items if item is not None]
    if not isinstance(value, dict):
        return value
    found = cast("dict[str, Any]", value)
    if "Ref" in found:
        return None if found["Ref"] == "AWS::NoValue" else values.get(found["Ref"], f"<{found['Ref']}>")
    if isinstance(text := found.get("Fn::Sub"), str):
        return re.sub(r"\$\{([\w:]+)\}", lambda name: values.get(name[1], name[0]), text)
    if "Fn::If" in found:
        condition, then, other = found["Fn::If"]
        return resolved(then if conditions[condition] else other, values, conditions)
    return {key: resolved(item, values, conditions) for key, item in found.items()}


def container(task: str, values: Mapping[str, str], conditions: Mapping[str, bool]) -> dict[str, Any]:
    """The only container of a task definition of the service's stack."""
    (definition,) = properties("service", task)["ContainerDefinitions"]
    return resolved(definition, values, conditions)
