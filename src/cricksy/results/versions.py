"""What made results: the number of their schema, and the version of the analysis."""

from typing import Final

SCHEMA: Final = 2
"""Number of the schema of :class:`cricksy.results.schema.Results`.

It moves when a reader of the number before would misread results: a field goes, or changes its name, type or meaning.
A new field with a default does not move it: readers ignore fields that they do not know. Each move brings a step in
:mod:`cricksy.results.upgrade` and fixtures in ``tests/fixtures/results``. Results without a number are number 1.
"""

ANALYSIS_VERSION: Final = "4"
"""Version of the analysis: every rule, constant, text and model between a video and its results.

Two results of one version differ by their videos only. Results of schema 1 carry the package's version, 0.1.0.
``make analysis-version`` says whether the analysis has changed since the digest below was recorded. If it has:

* the change alters no result (a rename, a move): record the digest alone by ``make analysis-version RECORD=1``;
* the change can alter the result of any video: count the version up as well by ``make analysis-version BUMP=1``.
"""

ANALYSIS_DIGEST: Final = "b03ffcec92c9a709658bac7f6347d637df235ea2b87c3d02b0f0879523cb237d"
"""Of the analysis at that version, as ``tools/analysis_digest.py`` takes it. A test holds it against the code."""
