#include "services/transform/preview/test_command.h"

#include "common/pipelines/pipelines.h"
#include "services/transform/transforms/definition_parser.h"

namespace tarn::transform {
namespace {

constexpr const char* kFile = "transform.yaml";

std::string Indented(const std::string& text) {
  std::string indented = "    ";
  for (const char c : text) {
    indented += c;
    if (c == '\n') indented += "    ";
  }
  while (!indented.empty() && (indented.back() == ' ' || indented.back() == '\n')) indented.pop_back();
  return indented;
}

std::vector<pipelines::PipelineFolder> FoldersOf(const std::filesystem::path& target,
                                                 const std::filesystem::path& root) {
  const auto is_transform = [](const std::filesystem::path& folder) {
    return std::filesystem::exists(folder / kFile);
  };
  if (is_transform(target)) {
    const auto path = std::filesystem::weakly_canonical(target);
    return {{path.filename().string(), path}};
  }
  if (is_transform(root / target)) return {{target.string(), root / target}};
  auto folders = pipelines::ListPipelines(target);
  if (!folders.ok()) return {};
  std::erase_if(*folders, [&](const auto& folder) { return !is_transform(folder.path); });
  return *folders;
}

struct Tally {
  int64_t passed = 0, failed = 0;
};

void Test(const pipelines::PipelineFolder& folder, SqlCheck& sql_check, Tally& tally, std::ostream& out) {
  const auto definition = LoadDefinition(folder.path, sql_check);
  if (!definition.ok()) {
    ++tally.failed;
    out << folder.name << ": does not load\n"
        << Indented(definition.error().where() + ": " + definition.error().message()) << "\n";
    return;
  }
  if (definition->tests.empty()) out << folder.name << ": no tests\n";
  const TestRunner runner;
  for (const ModelTest& test : definition->tests) {
    const auto outcome = runner.Run(*definition, test, {});
    const bool passed = outcome.ok() && outcome->passed();
    ++(passed ? tally.passed : tally.failed);
    out << folder.name << ": " << (passed ? "passed" : "FAILED") << "  " << test.name << "\n";
    if (!passed) out << Indented(outcome.ok() ? outcome->Text() : outcome.error().message()) << "\n";
  }
}

}  // namespace

int RunTests(const std::filesystem::path& target, const std::filesystem::path& root, std::ostream& out) {
  const auto folders = FoldersOf(target, root);
  if (folders.empty()) {
    out << "there is no transform in " << target.string() << "\n";
    return 2;
  }
  const auto sql_check = SqlCheck::Open();
  if (!sql_check.ok()) {
    out << sql_check.error().message() << "\n";
    return 1;
  }
  Tally tally;
  for (const auto& folder : folders) Test(folder, **sql_check, tally, out);
  out << tally.passed << " passed, " << tally.failed << " failed\n";
  return tally.failed == 0 ? 0 : 1;
}

}  // namespace tarn::transform
