"""Runs every example of the guides against real services, and checks the guides' links."""

import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from examples import examples_of, output_matches
from tarn_harness import REPOSITORY, Tarn, clean_environment

GUIDES = [REPOSITORY / "README.md", REPOSITORY / "CONTRIBUTING.md", *sorted((REPOSITORY / "docs").rglob("*.md")),
          *sorted((REPOSITORY / "bench").rglob("*.md"))]
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
DOCUMENTED_PORTS = {"extract": 8101, "transform": 8102, "catalog": 8103, "query": 8104}


class TheGuides(unittest.TestCase):
    def test_every_example_does_what_the_guide_says(self):
        for guide in GUIDES:
            examples = examples_of(guide)
            if not examples:
                continue
            with Tarn() as tarn:
                tarn.extract_playlist()
                tarn.await_quiet()
                for example in examples:
                    with self.subTest(example=str(example)):
                        self.run_example(tarn, example)

    def run_example(self, tarn, example):
        commands = example.commands
        for service, port in DOCUMENTED_PORTS.items():
            commands = commands.replace(f"127.0.0.1:{port}", f"127.0.0.1:{tarn.services[service].port}")
        commands = commands.replace("127.0.0.1:8100", f"127.0.0.1:{tarn.s3_port}")
        finished = subprocess.run(["bash", "-euo", "pipefail", "-c", commands], cwd=REPOSITORY, text=True, timeout=120,
                                  env=clean_environment({"TARN_HOME": tarn.home}), stdin=subprocess.DEVNULL,
                                  capture_output=True, check=False)
        self.assertEqual(0, finished.returncode, f"{commands}\n{finished.stdout}{finished.stderr}\n{tarn.log_tails()}")
        if example.output is not None:
            self.assertTrue(output_matches(example.output, finished.stdout),
                            f"{commands}\nprinted\n{finished.stdout}\nbut the guide says\n{example.output}")

    def test_every_link_to_a_file_leads_somewhere(self):
        for guide in GUIDES:
            for target in LINK.findall(guide.read_text(encoding="utf-8")):
                if "://" not in target:
                    with self.subTest(guide=guide.name, target=target):
                        self.assertTrue((guide.parent / target).exists())

    def test_there_are_examples(self):
        self.assertGreater(sum(len(examples_of(guide)) for guide in GUIDES), 10)


class Examples(unittest.TestCase):
    def write(self, text):
        folder = tempfile.TemporaryDirectory(prefix="tarn_docs_")
        self.addCleanup(folder.cleanup)
        file = Path(folder.name) / "guide.md"
        file.write_text(text, encoding="utf-8")
        return file

    def test_are_the_blocks_marked_for_running(self):
        guide = self.write("Text.\n\n```sh\nrm -rf /\n```\n\n```sh run\necho a\n```\n```json output\na\n```\n")
        (example,) = examples_of(guide)
        self.assertEqual(("echo a\n", "a\n", 7), (example.commands, example.output, example.line))

    def test_compare_outputs_with_dots_for_any_text(self):
        self.assertTrue(output_matches("a\n...c", "a\nb c  \n"))
        self.assertFalse(output_matches("a...c", "a b"))
        self.assertFalse(output_matches("a", "a b"))


if __name__ == "__main__":
    unittest.main()
