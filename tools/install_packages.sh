#!/bin/sh
# Usage: install_packages.sh LOCK DIRECTORY
# Makes an environment of what the lock names, without pip and without what no program of ours reads.
set -eu
lock=$1 directory=$2
python -m venv --without-pip "$directory"
python -m pip --python "$directory/bin/python" install --no-deps --require-hashes -r "$lock"
packages=$("$directory/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
find "$packages" -type d -name tests -prune -exec rm -rf {} +
# What only a compiler or a debugger reads.
find "$packages" -type f \( -name '*.pyi' -o -name '*.pyx' -o -name '*.pxd' -o -name '*.[ch]' -o -name '*.js.map' -o -name '*.css.map' \) -delete
find "$packages" -name '*.so' -not -path '*.libs/*' -exec strip --strip-debug {} +
# Descriptions of 400 services of AWS: ours, and those that hand out credentials, are kept.
find "$packages/botocore/data" -mindepth 1 -maxdepth 1 -type d \
    ! -name s3 ! -name sqs ! -name logs ! -name sts ! -name sso ! -name sso-oidc ! -name signin -exec rm -rf {} +
