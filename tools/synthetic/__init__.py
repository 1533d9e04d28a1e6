"""A synthetic cricketer with exact truth: a mesh, its motion, a camera, the image and what is true of it."""
