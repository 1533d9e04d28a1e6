"""The five metrics, one module each; each turns a :class:`.scene.Scene` into a :class:`.reading.Measured`."""
