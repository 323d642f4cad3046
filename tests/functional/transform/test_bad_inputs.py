"""Raw objects that are far larger than what a run may hold, among others that are fine: they become dead letters, the others
are published, and the process stays as small as it was.

Usage: test_bad_inputs.py [--gigabytes N]; N is the size of the single document, 0.25 unless given
"""

import gzip
import json
import sys
import unittest

from tarn_harness import BUILD, wait_until
from transform_pair import TransformPair

GIGABYTES = 0.25
MEBIBYTE = 1 << 20
DEFINITION = """
name: shop
input: {bucket: raw, prefix: items/, suffix: [SUFFIX], format: [FORMAT]}
outputs:
  - {table: shop.rows, model: rows, mode: append, format: ndjson}
"""
LIMITS = ("--max-json-size", "64MiB", "--max-unpacked-size", "64MiB", "--engine-memory", "256MiB")


def definition(form, suffix):
    return DEFINITION.replace("[FORMAT]", form).replace("[SUFFIX]", suffix)


def large_document(size_bytes):
    """One valid JSON document, in pieces."""
    yield b'{"items": [' + json.dumps({"id": "big", "rank": 0, "day": "d"}).encode()
    piece = b", " + b", ".join(json.dumps({"id": f"big{i}", "rank": i, "day": "d"}).encode() for i in range(20_000))
    for _ in range(int(size_bytes // len(piece)) + 1):
        yield piece
    yield b"]}"


class LargeInputs(unittest.TestCase):
    def drop(self, pair, key, pieces, open_file=open):
        file = pair.lake / "raw" / key
        file.parent.mkdir(parents=True, exist_ok=True)
        hidden = file.with_name("." + file.name)
        with open_file(hidden, "wb") as out:
            for piece in pieces:
                out.write(piece)
        hidden.rename(file)

    def staged(self, pair):
        return [path for path in (pair.lake / ".tarn/workspaces").rglob("*") if path.is_file() and path.name != "lock"]

    def grown(self, pair, before):
        """How many bytes the process has grown at most since."""
        return self.greatest(pair) - before

    def greatest(self, pair):
        with open(f"/proc/{pair.transform.pid}/status") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))

    def bury(self, pair, key, reason):
        """Waits until there is a dead letter of the object that says so."""
        letter = wait_until(f"{key} is buried", lambda: next(
            (letter for letter in pair.transform.items("/v1/dead-letters") if letter["key"] == key), None))
        self.assertIn(reason, letter["reason"])

    def test_one_document_that_is_too_large_is_refused_without_being_read(self):
        size = int(GIGABYTES * (1 << 30))
        with TransformPair({"shop": definition("json", ".json")}, LIMITS) as pair:
            pair.drop("items/first.json", [{"id": "a", "rank": 1, "day": "d"}])
            pair.await_processed("shop", 1)
            before = self.greatest(pair)
            self.drop(pair, "items/huge.json", large_document(size))
            self.bury(pair, "items/huge.json", "larger than 67108864 bytes")
            pair.drop("items/second.json", [{"id": "b", "rank": 1, "day": "d"}])
            pair.await_processed("shop", 3)
            self.assertEqual(2, len(pair.rows("shop.rows")))
            self.assertLess(self.grown(pair, before), 64 * MEBIBYTE, self.grown(pair, before))

    def test_one_document_that_unpacks_to_too_much_is_refused(self):
        with TransformPair({"shop": definition("json", "")}, LIMITS) as pair:
            pair.drop("items/first.json", [{"id": "a", "rank": 1, "day": "d"}])
            pair.await_processed("shop", 1)
            before = self.greatest(pair)
            self.drop(pair, "items/huge.json.gz", large_document(int(GIGABYTES * (1 << 30))),
                      lambda path, mode: gzip.open(path, mode, compresslevel=1))
            self.bury(pair, "items/huge.json.gz", "unpacks to more than 67108864 bytes")
            self.assertLess(self.grown(pair, before), 64 * MEBIBYTE, self.grown(pair, before))
            wait_until("what was unpacked is gone", lambda: not self.staged(pair))

    def test_one_line_that_is_too_large_is_refused(self):
        with TransformPair({"shop": definition("ndjson", ".ndjson")}, LIMITS) as pair:
            self.drop(pair, "items/first.ndjson", [b'{"items": [{"id": "a", "rank": 1, "day": "d"}]}\n'])
            pair.await_processed("shop", 1)
            before = self.greatest(pair)
            self.drop(pair, "items/huge.ndjson", large_document(int(GIGABYTES * (1 << 30))))
            self.bury(pair, "items/huge.ndjson", "the line is longer than 16777216 bytes")
            self.assertLess(self.grown(pair, before), 96 * MEBIBYTE, self.grown(pair, before))


if __name__ == "__main__":
    if "--gigabytes" in sys.argv:
        position = sys.argv.index("--gigabytes")
        GIGABYTES = float(sys.argv[position + 1])
        del sys.argv[position:position + 2]
    missing = [name for name in ("transform", "extract") if not (BUILD / "services" / name / f"tarn-{name}").exists()]
    if missing:
        print(f"SKIPPED: tarn-{', tarn-'.join(missing)} not built in {BUILD}")
    else:
        unittest.main(verbosity=2)
