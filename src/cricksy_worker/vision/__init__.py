"""From a video file to one person's landmarks: decoding with PyAV, pose with MediaPipe."""
