"""Fails on words of the catalogue that a player of 12 to 14 cannot read, that harm, or that break the rules of load.

Usage: ``python -m tools.check_catalogue``. What types and references can hold is checked when the catalogue is loaded.
"""

import re
import sys
from collections.abc import Iterator
from itertools import chain
from typing import Final

from cricksy.analysis.coaching import catalogue
from cricksy.analysis.coaching.catalogue import Advice, Catalogue, CatalogueDrill
from cricksy.analysis.coaching.load import plan_load
from cricksy.vocabulary import AgeGroup, BowlingStyle

HARDEST_GRADE: Final = 7.5
"""Flesch–Kincaid school grade (Kincaid 1975): readers of 12 to 14 are in grades 6 to 8."""
LONGEST_SENTENCE: Final = 24
"""Words."""

UNSAFE: Final = {
    r"bowl.*through the gate|run on\b|run out through|chase the ball|through a doorway": "the protected area",
    r"nearer to the target|straight down the pitch|gate pull you": "the protected area",
    r"build strength first|get stronger": "a promise that no study keeps",
    r"step, (?:\w+, )?then swing|settle, then swing": "the downswing starts before the foot lands",
    r"bat's width apart": "cones that a ball can hardly pass",
    r"tap(?:s)? your shoulder|drops a (?:soft )?ball": "a helper within reach of the bat",
    r"hold(?:s)? (?:up )?(?:a|the) (?:stick|bat|pole|rope)|helper's stick": "a person where the arm or the ball goes",
    r"let the head follow": "the head leads",
    r"holds up .* fingers|call the stump": "eyes off the target",
    r"\b(?:strains?|injures?|damages?|spares?|protects?|prevents?)\b": "an injury claim without proof",
    r"\b(?:illegal|chuck\w*|throws? the ball in)\b": "an accusation",
}
"""Patterns, and the harm they do."""

LAUGHABLE: Final = (
    r"surfboard|like a (?:cat|lift)|elbow badge|shoelace|shadow over|thin ice|full cup|brush the|edge of a pool"
    r"|out of a high window"
)
NOT_NATIVE: Final = r"\b(?:the|a|this|your|good) films?\b|\bclips?\b|\banew\b|\baslant\b|\breckon|still does not do"

PACE: Final = (
    r"\bbrac|legs? (?:hold|firm)|firm front leg|lock the knee|run-up speed|fast(?:er)? (?:adult|bowl)|step up tall"
)
"""What only an adult pace bowler is told."""
OF_A_BOWLER: Final = (
    rf"{PACE}|front leg|\bknees?\b(?! or (?:shoulder|hip)| hurts| over the toes)|(?:some|more|with) pace"
)
"""The same among bowlers, who have no other use for the front leg."""

SOMEBODY: Final = r"\b(?:helpers?|partners?|friends?|parents?|coach(?:es)?|team-?mates?|feed(?:s|ers?)?)\b"
"""A second person. Every drill can be done alone; only its ``helper`` says what another may do."""
FED: Final = r"\bfeeds?\b|\b(?:throw|bowl|toss)(?:s|es)?\b(?! with no ball)"
"""A ball that comes to the batter."""
ON_THE_SPOT: Final = r"\b(?:tee|cone|no ball)\b"
"""Kit of a batter whose ball lies still, or is not there."""


def drill_words(drill: CatalogueDrill) -> tuple[str, ...]:
    helper = () if drill.helper is None else (drill.helper,)
    steps = (*drill.steps, drill.success, drill.easier, drill.harder, *helper)
    return (drill.name, drill.goal, *steps, drill.sets, *drill.stop)


def advice_words(advice: Advice) -> tuple[str, ...]:
    strength = advice.strength
    praise = () if strength is None else (strength.title, strength.tentative_title, strength.why)
    numbers = [words for words in (advice.number, advice.second_number) if words]
    cues = chain.from_iterable(advice.cues.values())
    titles = (advice.title, advice.tentative_title, advice.headline)
    return (*titles, advice.why_it_matters, *praise, *numbers, *cues)


def entries(of: Catalogue) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Name and words of everything that a coach may read."""
    for drill in of.drills:
        yield drill.id, drill_words(drill)
    for advice in of.advice:
        yield f"{advice.code} {advice.discipline} {advice.style} {advice.view}", advice_words(advice)
    for note in of.notes:
        yield f"{note.code} {note.discipline}", (note.title, note.text)


def sentences(text: str) -> list[str]:
    return [part for part in re.split(r"[.!?:;](?:\s|$)", text) if part.strip()]


def syllables(word: str) -> int:
    groups = len(re.findall(r"[aeiouy]+", word.lower()))
    silent = word.lower().endswith(("e", "es", "ed")) and not word.lower().endswith(("le", "ted", "ded", "ses"))
    return max(1, groups - silent)


def grade(texts: tuple[str, ...]) -> float:
    """Flesch–Kincaid school grade: 0.39 words a sentence + 11.8 syllables a word - 15.59."""
    parts = [part for text in texts for part in sentences(text)]
    words = [word for part in parts for word in re.findall(r"[A-Za-z'-]+", part)]
    return 0.39 * len(words) / len(parts) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def problems(of: Catalogue) -> Iterator[str]:
    """What is wrong with the catalogue, one line each."""
    for name, texts in entries(of):
        yield from (f"{name}: {problem}" for problem in _of_words(texts))
    for drill in of.drills:
        yield from (f"{drill.id}: {problem}" for problem in (*_of_load(drill), *_of_people(drill)))


def _of_words(texts: tuple[str, ...]) -> Iterator[str]:
    if grade(texts) > HARDEST_GRADE:
        yield f"reading grade {grade(texts):.1f}; the limit is {HARDEST_GRADE}"
    for text in texts:
        for pattern, harm in UNSAFE.items():
            if re.search(pattern, text, re.IGNORECASE):
                yield f"{harm}: {text}"
        if re.search(f"{LAUGHABLE}|{NOT_NATIVE}", text, re.IGNORECASE):
            yield f"makes a coach laugh, or read twice: {text}"
        for sentence in sentences(text):
            if len(sentence.split()) > LONGEST_SENTENCE:
                yield f"more than {LONGEST_SENTENCE} words: {sentence}"


def _of_load(drill: CatalogueDrill) -> Iterator[str]:
    """Balls are counted in full, fit every age group's day, and have a rule to stop for the back."""
    said = re.match(r"(\d+) sets of (\d+)|(\d+) overs|(\d+) videos", drill.sets)
    sets, each, overs, videos = (int(group or 0) for group in said.groups()) if said else (0, 0, 0, 0)
    if drill.balls and drill.balls != sets * each + overs * 6 + videos:
        yield f"{drill.balls} balls, but {drill.sets}"
    least = min(plan_load(age, style).balls_a_day for age in AgeGroup for style in (None, *BowlingStyle))
    if drill.balls > least:
        yield f"{drill.balls} balls; the youngest may bowl {least} a day"
    if drill.balls and not any("back" in rule for rule in drill.stop):
        yield "balls, and no rule to stop for the back"


def _of_people(drill: CatalogueDrill) -> Iterator[str]:
    """Nobody else is needed, and a junior who bats wears a helmet against every ball that comes."""
    for text in (*drill.kit, *drill.steps, drill.sets, drill.success, drill.easier, drill.harder):
        if re.search(SOMEBODY, text, re.IGNORECASE):
            yield f"needs somebody else: {text}"
    kit, words = " ".join(drill.kit), " ".join((*drill.steps, drill.easier, drill.harder, drill.helper or ""))
    still = re.search(ON_THE_SPOT, kit) or not re.search(r"\bballs?\b", kit)
    comes = not still or re.search(FED, words, re.IGNORECASE)
    if re.search(r"\bbat\b", kit) and comes and not any("Under 18, wear a helmet" in rule for rule in drill.stop):
        yield "a ball comes to the bat, and no rule that juniors wear a helmet"


def main() -> int:
    found = list(problems(catalogue.CATALOGUE))
    for problem in found:
        print(problem)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
