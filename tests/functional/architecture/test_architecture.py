"""Fails when the source tree breaks a rule of its architecture, and shows that each rule can fail."""

import tempfile
import unittest
from pathlib import Path

import architecture_rules as rules

REPOSITORY = Path(__file__).resolve().parents[3]


class TheSourceTree(unittest.TestCase):
    def test_keeps_every_rule(self):
        for rule in rules.ALL_RULES:
            with self.subTest(rule=rule.__name__):
                self.assertEqual([], rule(REPOSITORY), rule.__doc__)

    def test_is_where_the_rules_look_for_it(self):
        names = [name for name, _ in rules.source_files(REPOSITORY)]
        self.assertIn("common/result/result.h", names)
        self.assertTrue(any(name.startswith("services/") for name in names))


class TheRules(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="tarn_architecture_")
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def test_common_must_not_include_a_service(self):
        self.write("common/json/json.cc", '#include "services/query/app.h"\n')
        self.assertEqual(["common/json/json.cc:1 includes services/query/app.h"], rules.layer_violations(self.root))

    def test_a_service_must_not_include_another(self):
        self.write("services/query/app.cc", '#include "services/query/app.h"\n#include "services/catalog/app.h"\n')
        self.assertEqual(["services/query/app.cc:2 includes services/catalog/app.h"],
                         rules.layer_violations(self.root))

    def test_a_service_must_not_link_another(self):
        self.write("services/query/CMakeLists.txt", "tarn_module(query SOURCES app.cc DEPENDS tarn_catalog)\n")
        self.write("services/catalog/CMakeLists.txt", "tarn_module(catalog DEPENDS tarn_catalog_tables)  # unlike tarn_query\n")
        self.assertEqual(["services/query/CMakeLists.txt:1 names tarn_catalog"], rules.link_violations(self.root))

    def test_a_wrapped_library_stays_in_its_folder(self):
        self.write("common/sqlite/database.cc", "#include <sqlite3.h>\n")
        self.write("services/extract/runs/run_store.cc", "#include <sqlite3.h>\n")
        self.assertEqual(["services/extract/runs/run_store.cc:1 includes sqlite3.h"],
                         rules.wrapper_violations(self.root))

    def test_headers_must_not_include_heavy_ones(self):
        self.write("common/events/webhook.h", "#include <nlohmann/json.hpp>\n")
        self.write("common/events/webhook.cc", "#include <nlohmann/json.hpp>\n")
        self.assertEqual(["common/events/webhook.h:1 includes nlohmann/json.hpp"],
                         rules.heavy_header_violations(self.root))

    def test_a_name_must_say_something(self):
        self.write("common/http/string_utils.h", "")
        self.assertEqual(["common/http/string_utils.h"], rules.name_violations(self.root))

    def test_modules_must_not_include_each_other_in_a_circle(self):
        self.write("common/a/a.h", '#include "common/b/b.h"\n')
        self.write("common/b/b.h", '#include "common/a/a.h"\n')
        self.assertEqual(["a -> b -> a"], rules.module_cycles(self.root))


if __name__ == "__main__":
    unittest.main()
