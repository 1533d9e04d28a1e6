"""Programs that end by themselves, beside what the test serves them."""

import asyncio
from collections.abc import Mapping
from pathlib import Path


async def printed_by(directory: Path, environment: Mapping[str, str], *command: str) -> str:
    """What ``command`` prints; it must succeed."""
    process = await asyncio.create_subprocess_exec(
        *command, cwd=directory, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    printed = (await process.communicate())[0].decode()
    assert process.returncode == 0, printed
    return printed
