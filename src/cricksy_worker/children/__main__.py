"""The analysis child: a process that analyses one video at a time and holds no key, no secret and no database."""

from cricksy_worker.children.child import load_analysis, serve

if __name__ == "__main__":
    serve(load_analysis)
