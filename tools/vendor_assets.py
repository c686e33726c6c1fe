"""Bring in what others made for our pages: the GOV.UK Frontend and the fonts. Run by hand at an upgrade, commit the result.

    python tools/vendor_assets.py            fetch with npm, strip, write into static/, then static/vendor/VERSIONS.json
    python tools/vendor_assets.py --check    compare what stands in static/ with VERSIONS.json; says what differs

Nobody who installs or runs the product needs npm: the files are in the repository.
"""

import argparse
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

STATIC = Path(__file__).parent.parent / "static"
VERSIONS = STATIC / "vendor" / "VERSIONS.json"


@dataclass(frozen=True)
class Package:
    """One npm package: which of its files we take (path in the package → path under static/) and under which licence."""

    name: str
    version: str
    licence: str
    files: dict[str, str]


PACKAGES = [
    Package(
        "govuk-frontend",
        "6.6.0",
        "MIT",
        {
            "dist/govuk/govuk-frontend.min.css": "vendor/govuk.css",
            "dist/govuk/govuk-frontend.min.js": "vendor/govuk.js",
        },
    ),
    Package(
        "scorm-again",
        "3.4.3",
        "MIT",
        {
            "dist/scorm12.min.js": "vendor/scorm12.js",
            "dist/scorm2004.min.js": "vendor/scorm2004.js",
            "LICENSE": "vendor/scorm-again-LICENSE.txt",
        },
    ),
    Package(
        "@fontsource-variable/source-sans-3",
        "5.3.0",
        "OFL-1.1",
        {
            "files/source-sans-3-latin-wght-normal.woff2": "fonts/source-sans-3-latin.woff2",
            "files/source-sans-3-latin-ext-wght-normal.woff2": "fonts/source-sans-3-latin-ext.woff2",
        },
    ),
    Package(
        "@expo-google-fonts/source-sans-3",
        "0.4.1",
        "OFL-1.1",
        {
            "400Regular/SourceSans3_400Regular.ttf": "paper/source-sans-3-400.ttf",
            "700Bold/SourceSans3_700Bold.ttf": "paper/source-sans-3-700.ttf",
            "LICENSE_FONT": "paper/source-sans-3-LICENSE.txt",
        },
    ),
    Package(
        "@expo-google-fonts/noto-naskh-arabic",
        "0.4.5",
        "OFL-1.1",
        {
            "400Regular/NotoNaskhArabic_400Regular.ttf": "paper/noto-naskh-arabic-400.ttf",
            "700Bold/NotoNaskhArabic_700Bold.ttf": "paper/noto-naskh-arabic-700.ttf",
            "LICENSE_FONT": "paper/noto-naskh-arabic-LICENSE.txt",
        },
    ),
]


#: What stands in place of GDS Transport: the font look.css names.
OUR_FONT = "var(--font,Arial,Helvetica,sans-serif)"


def strip_govuk_css(css: str) -> str:
    """Take out what only GOV.UK may use: the GDS Transport font and the Royal Arms. ValueError if any of it is left.

    >>> strip_govuk_css('@font-face{font-family:GDS Transport}a{color:red}.c:before{background:url(/assets/govuk-crest.svg)}')
    'a{color:red}'
    """
    css = re.sub(r"@font-face\{[^}]*GDS Transport[^}]*\}", "", css)
    css = css.replace('"GDS Transport",arial,sans-serif', OUR_FONT)
    css = css.replace("GDS Transport,arial,sans-serif", OUR_FONT)
    css = css.replace("font-family:sans-serif", f"font-family:{OUR_FONT}")
    css = re.sub(r"[^{}]*\{[^{}]*govuk-crest\.svg[^{}]*\}", "", css)
    css = re.sub(r"/\*# sourceMappingURL=.*?\*/", "", css)
    left = re.findall(r".{0,40}(?:Transport|crest|/assets/).{0,40}", css)
    if left:
        raise ValueError(f"Still in the stylesheet after stripping: {left}")
    return css


def prepared(target: str, content: bytes) -> bytes:
    """A file as we serve it: stripped of what we may not use and of references to source maps."""
    if target == "vendor/govuk.css":
        return strip_govuk_css(content.decode()).encode()
    if target.endswith(".js"):
        return re.sub(rb"//# sourceMappingURL=\S*\s*$", b"", content)
    return content


def fetch(package: Package) -> dict[str, bytes]:
    """The files we take of a package: {path under static/: bytes}. npm decides where packages come from."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["npm", "pack", f"{package.name}@{package.version}", "--silent", "--pack-destination", folder],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            found = {}
            for source, target in package.files.items():
                member = archive.extractfile(f"package/{source}")
                if member is None:
                    raise FileNotFoundError(f"{source} is not a file of {package.name} {package.version}")
                found[target] = prepared(target, member.read())
            return found


def differences() -> list[str]:
    """Sentences about vendored files that are missing or not the bytes VERSIONS.json names; empty when all is well."""
    said = []
    for target, entry in json.loads(VERSIONS.read_text())["files"].items():
        path = STATIC / target
        if not path.is_file():
            said.append(f"static/{target} is missing.")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != entry["sha256"]:
            said.append(f"static/{target} is not the file of {entry['package']} {entry['version']}.")
    return said


def main() -> int:
    """Exit status 0 when all is done or nothing differs, 1 otherwise."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing, say what differs")
    if parser.parse_args().check:
        said = differences()
        sys.stderr.writelines(f"{sentence}\n" for sentence in said)
        return 1 if said else 0
    entries = {}
    for package in PACKAGES:
        for target, content in fetch(package).items():
            path = STATIC / target
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            entries[target] = {
                "package": package.name,
                "version": package.version,
                "licence": package.licence,
                "bytes": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
            }
    VERSIONS.write_text(json.dumps({"files": entries}, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
