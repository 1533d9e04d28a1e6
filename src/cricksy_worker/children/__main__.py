"""The analysis child: a process that sees one film at a time and no key, no secret and no database."""

from cricksy_worker.children.serve import Analyse, serve


def load() -> Analyse:
    from cricksy_worker.children.analysis import analyse

    return analyse


if __name__ == "__main__":
    serve(load)
