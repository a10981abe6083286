"""Packs a built program as a wheel, so that `uvx asof` and `pip install asof` give the program itself.

    wheel.py PROGRAM PLATFORM OUT

The format: https://packaging.python.org/specifications/binary-distribution-format. Times are SOURCE_DATE_EPOCH, so that equal
programs make equal wheels.
"""

import base64
import hashlib
import os
import pathlib
import stat
import sys
import time
import tomllib
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


def files(program: bytes, platform: str) -> dict[str, bytes]:
    """The files of the wheel but RECORD, by their names in it."""
    package = tomllib.loads((ROOT / "Cargo.toml").read_text())["package"]
    info = f"asof-{package['version']}.dist-info"
    head = [
        "Metadata-Version: 2.3",
        "Name: asof",
        f"Version: {package['version']}",
        f"Summary: {package['description']}",
        f"License-Expression: {package['license']}",
        f"Keywords: {','.join(package['keywords'])}",
        "Requires-Python: >=3.8",
        "Description-Content-Type: text/markdown",
    ]
    if "repository" in package:
        head.append(f"Project-URL: Repository, {package['repository']}")
    readme = (ROOT / "README.md").read_text()
    tags = "".join(f"Tag: py3-none-{name}\n" for name in platform.split("."))
    return {
        f"asof-{package['version']}.data/scripts/asof": program,
        f"{info}/METADATA": ("\n".join(head) + "\n\n" + readme).encode(),
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: asof\nRoot-Is-Purelib: false\n{tags}".encode(),
        f"{info}/licenses/LICENSE": (ROOT / "LICENSE").read_bytes(),
    }


def record(name: str, content: bytes) -> str:
    """A file's row in RECORD."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(content)}\n"


def main() -> None:
    program, platform, out = pathlib.Path(sys.argv[1]), sys.argv[2], pathlib.Path(sys.argv[3])
    packed = files(program.read_bytes(), platform)
    info = next(name for name in packed if name.endswith("/WHEEL")).removesuffix("WHEEL")
    rows = "".join(record(name, content) for name, content in packed.items())
    packed[f"{info}RECORD"] = f"{rows}{info}RECORD,,\n".encode()
    # A zip knows no time before 1980.
    moment = time.gmtime(max(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), 315532800))[:6]
    version = info.removesuffix(".dist-info/")
    with zipfile.ZipFile(out / f"{version}-py3-none-{platform}.whl", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as wheel:
        for name, content in packed.items():
            entry = zipfile.ZipInfo(name, moment)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            mode = 0o755 if "/scripts/" in name else 0o644
            entry.external_attr = (stat.S_IFREG | mode) << 16
            wheel.writestr(entry, content)


if __name__ == "__main__":
    main()
