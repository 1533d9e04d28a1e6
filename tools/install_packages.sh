#!/bin/sh
# Usage: install_packages.sh LOCK DIRECTORY
# Makes an environment of what the lock names, without pip and without what no program of ours reads.
set -eu
lock=$1 directory=$2
python -m venv --without-pip "$directory"
python -m pip --python "$directory/bin/python" install --no-deps --require-hashes -r "$lock"
cd "$("$directory/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"

# Removes parts of a package where that is installed. A part that is not there stops the build: the list is to be kept.
remove() {
    package=$1
    shift
    [ -d "$package" ] || return 0
    for part; do rm -r "${package:?}/$part"; done
}

# The packages' own tests.
find . -type d -name tests -prune -exec rm -r {} +
find . -type f \( -name '_test*.so' -o -name '_c*test.*.so' -o -name '_*_tests.*.so' -o -name conftest.py \) -delete
remove absl testing
remove litestar testing
remove matplotlib testing
# NumPy builds it for the tests of its vector instructions.
find . -path './numpy/_core/_simd.*.so' -delete
remove sqlalchemy testing

# What only a compiler or a debugger reads.
find . -type f \( -name '*.pyi' -o -name '*.pyx' -o -name '*.pxd' -o -name '*.pxi' -o -name '*.[ach]' -o -name '*.[ch]pp' \
    -o -name '*.f90' -o -name meson.build -o -name '*.js.map' -o -name '*.css.map' \) -delete
# Not the libraries that a wheel bundles: patchelf moved their segments, and no strip keeps them loadable.
find . -name '*.so' -not -path '*.libs/*' -exec strip --strip-unneeded {} +

# What nothing imports, neither ours nor another package.
remove scipy cluster datasets differentiate fftpack io misc odr stats/_unuran
remove sqlalchemy dialects/mssql dialects/mysql dialects/oracle dialects/sqlite
remove numpy _pyinstaller random/_examples
# The script of /docs comes in four forms, of which api/assets.py serves one.
find . -path './swagger_ui_bundle/*' -type f \( -name 'swagger-ui-es-bundle*.js' -o -name swagger-ui.js \) -delete
# MediaPipe imports Matplotlib and draws nothing with it; that imports fontTools to write PDF.
remove matplotlib mpl-data/fonts mpl-data/sample_data
[ ! -d fontTools ] || find fontTools -mindepth 1 -maxdepth 1 -type d ! -name misc ! -name __pycache__ -exec rm -r {} +
# Descriptions of 400 services of AWS: ours, and those that hand out credentials, are kept.
find botocore/data -mindepth 1 -maxdepth 1 -type d \
    ! -name s3 ! -name sqs ! -name logs ! -name sts ! -name sso ! -name sso-oidc ! -name signin -exec rm -r {} +
