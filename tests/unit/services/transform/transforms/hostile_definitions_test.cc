#include <gtest/gtest.h>

#include <random>

#include "services/transform/transforms/definition_yaml.h"
#include "services/transform/transforms/model_files.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/transform/transforms/definition_folder.h"

namespace tarn::transform {
namespace {

constexpr const char* kYaml = R"(name: shop
input: {bucket: raw, prefix: a/, columns: {a: BIGINT}, on_success: {tag: {a: b}}}
outputs:
  - {table: shop.a, model: a, mode: merge, key: [a], order_by: [a desc], compact: off}
params: {a: 1}
triggers: {schedule: 1h}
tests: [{name: t, given: {input: [{a: 1}]}, expect: {a: [{a: 1}]}}]
)";
const std::map<std::string, std::string> kModels = {{"a", "SELECT a FROM {{ input }}"}};

std::string Repeated(const std::string& text, size_t times) {
  std::string repeated;
  repeated.reserve(text.size() * times);
  while (times-- > 0) repeated += text;
  return repeated;
}

// Nine levels, each ten times the one before.
std::string ManyAliases(const std::string& use) {
  std::string yaml = "name: shop\nlaughs:\n  - &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int level = 1; level < 9; ++level) {
    const std::string before = "*a" + std::to_string(level - 1);
    yaml += "  - &a" + std::to_string(level) + " [" + Repeated(before + ", ", 9) + before + "]\n";
  }
  return yaml + use;
}

TEST(HostileDefinitions, AreRefused) {
  const std::pair<const char*, std::string> cases[] = {
      {"empty", ""},
      {"a scalar", "shop"},
      {"ten megabytes", "name: shop\n# " + std::string(10 << 20, 'x')},
      {"a megabyte of lists", Repeated("[", 1'000'000)},
      {"a megabyte of mappings", Repeated("{", 1'000'000)},
      {"a megabyte of block lists", Repeated("- ", 500'000)},
      {"a megabyte of questions", Repeated("? ", 500'000)},
      {"a megabyte of anchors", Repeated("&a ", 300'000)},
      {"a megabyte of quotes", Repeated("\"", 1'000'000)},
      {"a megabyte of keys", Repeated("a: 1\n", 200'000)},
      {"a megabyte of tags", Repeated("!", 1'000'000)},
      {"a megabyte of line feeds", Repeated("\n", 1'000'000)},
      {"a megabyte of tabs", Repeated("\t", 1'000'000)},
      {"many documents", Repeated("---\na\n", 100'000)},
      {"aliases in tests", ManyAliases("tests: [{name: t, given: {input: *a8}, expect: {a: *a8}}]")},
      {"aliases in rows", ManyAliases("tests: [{name: t, given: {input: [{a: *a8}]}, expect: {a: []}}]")},
      {"aliases in lists", ManyAliases("input: {bucket: raw, exclude_suffixes: *a8}")},
      {"an alias of itself", "name: shop\ntests: &a [{name: t, given: {input: *a}, expect: {a: *a}}]"},
      {"a list in itself", "name: shop\ntests: [{name: t, given: {input: [&a {b: *a}]}, expect: {a: []}}]"},
      {"an unknown alias", "name: *shop"},
      {"a key that is a list", "? [a, b]\n: c\n"},
      {"a nul", std::string("name: sh\0op", 11)},
      {"bytes that are no text", "name: \xff\xfe\xfd"},
      {"a number too great", "name: shop\nbatch: {max_objects: 99999999999999999999999}"},
  };
  DefinitionFolder folder;
  for (const auto& [what, yaml] : cases) {
    const auto loaded = folder.Load(yaml, kModels);
    EXPECT_THAT(loaded, HasError(Code::kInvalidArgument, "transform.yaml")) << what;
  }
}

TEST(HostileDefinitions, HaveBoundedModels) {
  DefinitionFolder folder;
  EXPECT_THAT(folder.Load(kYaml, {{"a", std::string(10 << 20, ' ')}}),
              HasError(Code::kInvalidArgument, "models/a.sql"));
  EXPECT_THAT(folder.Load(kYaml, {{"a", "SELECT " + Repeated("(", 100'000)}}),
              HasError(Code::kInvalidArgument, "models/a.sql"));
  EXPECT_THAT(folder.Load(kYaml, {{"a", Repeated("{{ input }}", 90'000)}}),
              HasError(Code::kInvalidArgument, "models/a.sql"));
  std::map<std::string, std::string> many = kModels;
  for (size_t i = 0; i < kMaxModels; ++i) many["m" + std::to_string(i)] = "SELECT 1";
  EXPECT_THAT(folder.Load(kYaml, many), HasError(Code::kInvalidArgument, "more than 500 models"));
}

TEST(HostileDefinitions, HaveBoundedChainsOfModels) {
  DefinitionFolder folder;
  std::map<std::string, std::string> chain = kModels;
  chain["m0"] = "SELECT 1 AS x";
  for (int i = 1; i < 60; ++i) {
    const std::string before = "{{ ref('m" + std::to_string(i - 1) + "') }}";
    chain["m" + std::to_string(i)] = "SELECT l.x FROM " + before + " l, " + before + " r";
  }
  EXPECT_THAT(folder.Load(kYaml, chain), IsOk());  // and not after two to the power of 60 steps
}

// Whatever stands there, it loads or it does not, and says so.
TEST(HostileDefinitions, MadeOfGoodOnesByChanceDoNoHarm) {
  std::mt19937 random(20261);
  const std::string pieces[] = {"{",      "}",    "[",  "]",    ":",       ",",           "- ", "\n",
                                "  ",     "&a",   "*a", "!!",   "|",       ">",           "'",  "\"",
                                "#",      "null", "~",  "0x7f", "-1",      "{{ input }}", "\t", "? ",
                                "<<: *a", "%",    "@",  "`",    "\xc3\xa4"};
  const auto below = [&](size_t count) {
    return std::uniform_int_distribution<size_t>(0, count - 1)(random);
  };
  for (int i = 0; i < 5'000; ++i) {
    std::string yaml = kYaml;
    for (size_t changes = 1 + below(4); changes > 0; --changes) {
      const size_t at = below(yaml.size());
      const size_t length = std::min(below(6), yaml.size() - at);
      yaml.replace(at, length, pieces[below(std::size(pieces))]);
    }
    const auto read = ReadDefinitionYaml(yaml, "shop");
    EXPECT_EQ(read.ok() ? Code::kInvalidArgument : read.error().code(), Code::kInvalidArgument) << yaml;
  }
}

}  // namespace
}  // namespace tarn::transform
