#!/bin/sh
# Usage: trim_system.sh ROOT
# Deletes from a file system of Debian and Python, whose root is ROOT, what no program of ours needs when it runs.
set -eu
cd "$1"
library=$(echo usr/local/lib/python3.*)
[ -d "$library" ] || { echo "$1 holds no Python in /usr/local, or several" >&2; exit 1; }
# What installs packages, and the parts of the library that need a display, a terminal or a compiler.
rm -rf "$library"/site-packages/pip "$library"/site-packages/pip-*.dist-info "$library"/site-packages/setuptools* \
    "$library"/site-packages/wheel* "$library"/ensurepip usr/local/bin/pip*
rm -rf "$library"/idlelib "$library"/lib2to3 "$library"/tkinter "$library"/turtledemo "$library"/turtle.py \
    "$library"/pydoc_data "$library"/test "$library"/config-3.* usr/local/include usr/local/lib/pkgconfig usr/local/share/man \
    usr/local/bin/2to3* usr/local/bin/idle* usr/local/bin/pydoc*
find usr/local -name '*.a' -delete
find usr/local/lib -name '*.so*' -type f -exec strip --strip-unneeded {} +
# apt makes both again when they are missing.
rm -rf var/cache/apt/* var/lib/apt/lists/* var/log/* usr/share/man/* usr/share/info/*
# Nobody in a container becomes another user.
find . -xdev -type f -perm /6000 -exec chmod ug-s {} +
