"""A coach's phone: uploads a clip and starts its analysis; prints the job and the host that took the upload.

Usage: ``phone_program.py API TOKEN CLIP``.
"""

import json
import ssl
import sys
from pathlib import Path

import httpx


def upload(api: str, token: str, clip: Path) -> dict[str, str]:
    base, headers = f"{api}/api/coaches/plus", {"Authorization": f"Bearer {token}"}
    # No proxy of this machine, but the authorities that it trusts.
    trusted = ssl.create_default_context()
    with httpx.Client(base_url=base, headers=headers, timeout=60, trust_env=False, verify=trusted) as coach:
        session = coach.post("/sessions", json={"title": "Nets", "player_ids": []}).raise_for_status().json()
        body = {"session_id": session["session_id"]}
        made = coach.post("/videos/upload/initiate", json=body).raise_for_status().json()
        put = httpx.put(
            made["presigned_url"],
            content=clip.read_bytes(),
            headers=made["required_headers"],
            timeout=120,
            trust_env=False,
            verify=trusted,
        ).raise_for_status()
        coach.post("/videos/upload/complete", json={"job_id": made["job_id"]}).raise_for_status()
    return {"job_id": made["job_id"], "host": put.url.host}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(upload(sys.argv[1], sys.argv[2], Path(sys.argv[3]))))
