"""What each discipline looks for in a film: its finder, its events, its hand rule."""
