"""The worker loop: receive, claim, heartbeat, drain, and the sweeper beside it."""
