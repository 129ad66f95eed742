"""Make the virtual environment that the Makefile works in: needs only Python, 3.11 or newer.

Usage: make_environment.py FOLDER REQUIREMENTS
"""

import subprocess
import sys
from pathlib import Path


def main(folder: str, requirements: str) -> None:
    if sys.version_info < (3, 11):  # noqa: UP036  whoever has an older one shall read this
        found = ".".join(map(str, sys.version_info[:3]))
        sys.exit(
            f"Broadsheet needs Python 3.11 or newer, and this is {found}. "
            "Install a newer one and name it: make site PYTHON=python3.12"
        )
    if subprocess.call([sys.executable, "-m", "venv", "--clear", folder]):
        sys.exit(
            "This Python can't make virtual environments. "
            "On Debian and Ubuntu: apt install python3-venv"
        )
    python = Path(folder, "Scripts" if sys.platform == "win32" else "bin", "python")
    pip = [python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    # Broadsheet itself is built with what is locked, so that nothing comes in without a hash.
    for what in (
        ["--require-hashes", "-r", requirements],
        ["--no-deps", "--no-build-isolation", "--editable", "."],
    ):
        if subprocess.call([*pip, *what]):
            sys.exit("Installing failed; the lines above say why.")


if __name__ == "__main__":
    main(*sys.argv[1:])
