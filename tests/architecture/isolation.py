"""An interpreter that sees nothing of this environment but what Lambda brings, and copies of the source to plant in."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).parents[2]
RUNTIME = ("boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six.py", "urllib3")
"""What Lambda's Python has next to the standard library."""

ENVIRONMENT = {
    "AWS_REGION": "eu-west-1",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "TABLE_NAME": "none",
    "BUCKET_NAME": "none",
}


def lay_runtime(folder: Path) -> Path:
    """Fill a folder with what Lambda brings, and return it."""
    for name in RUNTIME:
        (folder / name).symlink_to(Path(sysconfig.get_path("purelib")) / name)
    return folder


def copy_source(folder: Path, *names: str) -> Path:
    """Copy parts of the source into a folder, to plant something in them, and return it."""
    for name in names:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return folder


def run_isolated(script: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a script: no site-packages, no environment but `ENVIRONMENT`, no bytecode left behind."""
    command = [sys.executable, "-I", "-S", "-B", "-c", script, *arguments]
    return subprocess.run(  # noqa: S603 - our own interpreter
        command, env=ENVIRONMENT, cwd="/", capture_output=True, text=True, check=False, timeout=60
    )
