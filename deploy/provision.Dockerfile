# The `credence` command with every service's migrations: for `credence provision`, and for operators.
FROM python:3.13-slim

WORKDIR /src
COPY deploy/constraints.txt deploy/constraints.txt
RUN python -m venv /opt/credence \
 && sed -n '/^uv==/,/[^\\]$/p' deploy/constraints.txt > /tmp/uv.txt \
 && /opt/credence/bin/pip install --no-cache-dir --require-hashes --requirement /tmp/uv.txt
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY protos/gen protos/gen
COPY models/credence_models models/credence_models
COPY services services
RUN /opt/credence/bin/uv pip install --no-cache --python /opt/credence/bin/python --constraint deploy/constraints.txt ".[all]"
USER 10001:10001
ENTRYPOINT ["/opt/credence/bin/credence"]
