"""The analysis child: a process that sees one film at a time and no key, no secret and no database."""

from cricksy_worker.serving import Analyse, run


def load() -> Analyse:
    from cricksy_worker.answer import analyse

    return analyse


if __name__ == "__main__":
    run(load)
