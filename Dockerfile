# The chat and its API in a container. Nothing is fetched when it runs.
# Build: docker build -t commentary .      Run: see compose.yaml and docs/serving.md.
FROM python:3.12-slim-bookworm AS build
WORKDIR /src
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu
COPY requirements.lock ./
# CPU builds of PyTorch: the others carry gigabytes for graphics cards.
RUN python -m venv /opt/commentary && /opt/commentary/bin/pip install -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY index ./index
COPY qa ./qa
COPY ui ./ui
RUN /opt/commentary/bin/pip install --no-deps .

FROM python:3.12-slim-bookworm
# torch's threads need the GNU OpenMP library.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends libgomp1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --user-group --create-home commentary \
    && install -d -o commentary -g commentary /data/source_texts /data/index
COPY --from=build /opt/commentary /opt/commentary
ENV PATH=/opt/commentary/bin:$PATH \
    HF_HUB_OFFLINE=1 \
    PYTHONUNBUFFERED=1
USER 10001
WORKDIR /data
VOLUME ["/data/source_texts", "/data/index"]
EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:7860/healthz', timeout=4)"]
ENTRYPOINT ["commentary"]
CMD ["chat", "--host", "0.0.0.0", "--sources", "/data/source_texts", "--index", "/data/index"]
