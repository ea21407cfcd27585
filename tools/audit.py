"""Ask pip-audit about the dependencies; ``make audit``.

Exit code: 0 where nothing is known against them, or nobody can be asked; 1 where something is.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys

_SILENT = ("ConnectionError", "Max retries exceeded", "ServiceError", "Could not connect")


def main() -> int:
    """Install pip-audit where it is missing, run it, and return the exit code."""
    if importlib.util.find_spec("pip_audit") is None:
        install = [sys.executable, "-m", "pip", "install", "--quiet", "pip-audit>=2.7"]
        if subprocess.run(install, check=False).returncode:
            print("audit: pip-audit cannot be installed; nothing was examined")
            return 0
    done = subprocess.run(
        [sys.executable, "-m", "pip_audit", "--skip-editable", "--progress-spinner", "off"],
        capture_output=True,
        text=True,
        check=False,
    )
    print(done.stdout, end="")
    unknown = done.stdout.count("could not be audited")
    if unknown:
        print(f"audit: nothing could be learned of {unknown} packages")
    if done.returncode and any(word in done.stderr for word in _SILENT):
        print("audit: the database of vulnerabilities cannot be asked; nothing was examined")
        return 0
    print(done.stderr, end="", file=sys.stderr)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
