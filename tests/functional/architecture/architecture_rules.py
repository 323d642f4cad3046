"""The rules about who may include what, and about names, as functions from a source tree to a list of violations."""

import re
from pathlib import Path

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')
# tarn_catalog_client is a module of common/.
LINKED_SERVICE = re.compile(r"\btarn_(extract|transform|catalog|query)(?![a-z0-9])(?!_client\b)")

# Third-party headers by prefix, and the folders that wrap them.
WRAPPED_HEADERS = {
    "cpprest/": ("common/http/",),
    "pplx/": ("common/http/",),
    "boost/": ("common/http/",),
    "curl/": ("common/http_client/",),
    "sqlite3.h": ("common/sqlite/",),
    "duckdb.h": ("common/duckdb/",),
    "prometheus/": ("common/metrics/",),
    "spdlog/": ("common/logging/",),
    "date/": ("common/time/", "common/schedule/"),
    "pugixml.hpp": ("common/s3_client/", "services/extract/s3/wire/"),
    "zlib.h": ("common/checksums/", "common/compression/", "common/unpacking/"),
    "pcre2.h": ("services/query/functions/regexp.cc",),
    # Pipeline files are YAML: each service reads its own definitions, in one place.
    "yaml-cpp/": ("common/config/", "common/yaml/", "services/transform/transforms/"),
}

# Allowed in .cc files only: they make every file that includes them slow to compile.
HEAVY_HEADERS = ("nlohmann/json.hpp", "yaml-cpp/", "pugixml.hpp", "google/protobuf/", "cpprest/", "boost/", "spdlog/",
                 "prometheus/")
# Headers that are private to their folder may name what the folder wraps.
HEAVY_IN_OWN_FOLDER = ("cpprest/", "boost/", "spdlog/", "prometheus/", "yaml-cpp/")
# Few files include these, and they need the whole type.
HEAVY_EXCEPTIONS = {"services/extract/sources/source_file.h": "a struct with a JSON value",
                    "services/extract/sources/rest/request_draft.h": "a struct with a JSON value",
                    "services/extract/sources/rest/saved_cursors.h": "a struct with a JSON value",
                    "services/catalog/tables/listing.h": "a template that makes JSON"}

VAGUE_NAMES = re.compile(r"(^|_)(utils?|helpers?|misc|managers?|stuff)(_|$)")


def source_files(root: Path):
    """Yields the C++ files of common/ and services/ as (path relative to root, path)."""
    for top in ("common", "services"):
        for path in sorted((root / top).rglob("*")):
            if path.suffix in (".h", ".cc") and path.is_file():
                yield path.relative_to(root).as_posix(), path


def includes(path: Path):
    """Yields (line number, included name)."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(1)


def layer_violations(root: Path):
    """common/ knows no service; a service knows common/, proto/ and itself."""
    found = []
    for name, path in source_files(root):
        own_service = name.split("/")[1] if name.startswith("services/") else None
        for line, header in includes(path):
            if header.startswith("services/") and header.split("/")[1] != own_service:
                found.append(f"{name}:{line} includes {header}")
    return found


def link_violations(root: Path):
    """The same for CMake targets: only a service's own folder may name the target tarn_<service>."""
    found = []
    for top in ("common", "services"):
        for path in sorted((root / top).rglob("CMakeLists.txt")):
            name = path.relative_to(root).as_posix()
            parts = name.split("/")
            own_service = parts[1] if parts[0] == "services" and len(parts) > 2 else None
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
                for service in LINKED_SERVICE.findall(line.split("#")[0]):
                    if service != own_service:
                        found.append(f"{name}:{number} names tarn_{service}")
    return found


def wrapper_violations(root: Path):
    """A third-party library is named only in the folder that wraps it."""
    found = []
    for name, path in source_files(root):
        for line, header in includes(path):
            for prefix, folders in WRAPPED_HEADERS.items():
                if header.startswith(prefix) and not name.startswith(folders):
                    found.append(f"{name}:{line} includes {header}")
    return found


def heavy_header_violations(root: Path):
    """Headers stay cheap to include."""
    found = []
    for name, path in source_files(root):
        if path.suffix != ".h" or name in HEAVY_EXCEPTIONS:
            continue
        for line, header in includes(path):
            if not header.startswith(HEAVY_HEADERS):
                continue
            in_own_folder = any(header.startswith(prefix) and name.startswith(WRAPPED_HEADERS[prefix])
                                for prefix in HEAVY_IN_OWN_FOLDER)
            if not in_own_folder:
                found.append(f"{name}:{line} includes {header}")
    return found


def name_violations(root: Path):
    """A name says what is inside."""
    found = []
    for top in ("common", "services", "tests", "bench", "deploy"):
        for path in sorted((root / top).rglob("*")):
            if "node_modules" in path.parts or "__pycache__" in path.parts:
                continue
            if VAGUE_NAMES.search(path.stem.lower()):
                found.append(path.relative_to(root).as_posix())
    return found


def module_cycles(root: Path):
    """The folders of common/ form layers: following includes never leads back."""
    uses = {}
    for name, path in source_files(root):
        if not name.startswith("common/"):
            continue
        module = name.split("/")[1]
        targets = {header.split("/")[1] for _, header in includes(path) if header.startswith("common/")}
        uses.setdefault(module, set()).update(targets - {module})

    cycles, finished = [], set()

    def visit(module, trail):
        if module in trail:
            cycles.append(" -> ".join(trail[trail.index(module):] + [module]))
        elif module not in finished:
            for target in sorted(uses.get(module, ())):
                visit(target, trail + [module])
            finished.add(module)

    for module in sorted(uses):
        visit(module, [])
    return cycles


ALL_RULES = (layer_violations, link_violations, wrapper_violations, heavy_header_violations, name_violations,
             module_cycles)
