"""The actions, one module each: what moves when, and what that makes an event."""
