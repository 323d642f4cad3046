"""Finds the examples in the guides: fenced blocks whose info string is `sh run`, each followed, if the guide shows what
it prints, by a block whose info string ends in `output`. In an output, `...` stands for any text."""

import re
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(r"^```([^\n`]*)\n(.*?)^```\s*$", re.MULTILINE | re.DOTALL)


@dataclass
class Example:
    file: Path
    line: int
    commands: str
    output: str | None

    def __str__(self):
        return f"{self.file.name}:{self.line}"


def examples_of(file: Path):
    text = file.read_text(encoding="utf-8")
    examples = []
    for match in FENCE.finditer(text):
        info, body = match.group(1).split(), match.group(2)
        if info == ["sh", "run"]:
            examples.append(Example(file, text.count("\n", 0, match.start()) + 1, body, None))
        elif info[-1:] == ["output"]:
            if not examples or examples[-1].output is not None:
                raise ValueError(f"{file.name}: an output without commands before it: {body[:80]}")
            examples[-1].output = body
    return examples


def output_matches(expected: str, actual: str):
    """Compares line by line, without regard to spaces at the ends of lines."""
    pieces = [re.escape(piece) for piece in _trimmed(expected).split("...")]
    return re.fullmatch(".*?".join(pieces), _trimmed(actual), re.DOTALL) is not None


def _trimmed(text):
    return "\n".join(line.rstrip() for line in text.strip().splitlines())
