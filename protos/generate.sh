#!/usr/bin/env bash
# Writes protos/gen from the .proto files. With --check: fails when the committed copy differs.
set -euo pipefail
cd "$(dirname "$0")"
bin="$(cd ../.venv/bin && pwd)"
out="$(mktemp -d)"
trap 'rm -rf "$out"' EXIT
mapfile -t files < <(find credencepb -name '*.proto' | LC_ALL=C sort)
PATH="$bin:$PATH" "$bin/python" -m grpc_tools.protoc -I . \
  --python_out="$out" --grpc_python_out="$out" --mypy_out=quiet:"$out" --mypy_grpc_out=quiet:"$out" "${files[@]}"
find "$out" -type d -path '*/credencepb*' -exec touch {}/__init__.py \;
touch "$out/credencepb/py.typed"
if [ "${1:-}" = "--check" ]; then
  diff -r -q -x __pycache__ "$out/credencepb" gen/credencepb || { echo "protos/gen is not what the .proto files give: run 'make protos'" >&2; exit 1; }
else
  rm -rf gen/credencepb && mkdir -p gen && cp -r "$out/credencepb" gen/
fi
