"""What each discipline looks for in a video: its finder, its events, its hand rule."""
