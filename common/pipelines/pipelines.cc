#include "common/pipelines/pipelines.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "common/logging/log.h"
#include "common/text/utf8.h"

namespace tarn::pipelines {
namespace {

namespace fs = std::filesystem;

constexpr uintmax_t kMaxFileBytes = 1 << 20;

bool IsPipelineName(const std::string& name) {
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

bool IsVariableName(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

}  // namespace

Result<std::vector<PipelineFolder>> ListPipelines(const fs::path& root) {
  std::vector<PipelineFolder> folders;
  std::error_code failure;
  if (!fs::exists(root, failure)) return folders;
  for (fs::directory_iterator entry(root, failure), end; !failure && entry != end; entry.increment(failure)) {
    const std::string name = entry->path().filename().string();
    std::error_code ignored;
    if (name.front() == '.' || !entry->is_directory(ignored)) continue;
    if (!IsPipelineName(name)) {
      log::Warn("passed over a folder of pipelines: its name may have a-z, 0-9, _ and - only", {{"folder", name}});
      continue;
    }
    folders.push_back({name, entry->path()});
  }
  if (failure) return Error(Code::kInternal, "cannot read the folder of pipelines: " + failure.message());
  std::sort(folders.begin(), folders.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return folders;
}

Result<std::string> ReadPipelineFile(const fs::path& file) {
  std::error_code failure;
  const uintmax_t size = fs::file_size(file, failure);
  std::ifstream in(file, std::ios::binary);
  if (failure || !in) return Error(Code::kNotFound, "there is no such file: " + file.filename().string());
  if (size > kMaxFileBytes)
    return Error(Code::kTooLarge, "the file is over 1 MiB: " + file.filename().string());
  std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!text::IsUtf8(text))
    return Error(Code::kInvalidArgument, "the file is not UTF-8: " + file.filename().string());
  return text;
}

Result<std::string> ExpandEnvironment(const std::string& text) {
  std::vector<secrets::Secret> taken;
  return ExpandEnvironment(text, taken);
}

Result<std::string> ExpandEnvironment(const std::string& text, std::vector<secrets::Secret>& taken) {
  std::string expanded;
  for (size_t i = 0; i < text.size();) {
    const size_t open = text.find("${", i);
    const size_t close = open == std::string::npos ? open : text.find('}', open);
    if (close == std::string::npos) return expanded + text.substr(i);
    expanded.append(text, i, open - i);
    const std::string inside = text.substr(open + 2, close - open - 2);
    const size_t separator = inside.find(":-");
    const std::string name = inside.substr(0, separator);
    if (!IsVariableName(name))
      return Error(Code::kInvalidArgument,
                   "${...} holds the name of an environment variable, not: " + inside);
    TARN_ASSIGN(auto found, secrets::Lookup(name));
    if (!found && separator == std::string::npos) {
      return Error(Code::kInvalidArgument,
                   "neither an environment variable nor a secret file gives it, and it has no default "
                   "(${NAME:-default}): " + name);
    }
    expanded += found ? found->value : inside.substr(separator + 2);
    if (found) taken.push_back(*std::move(found));
    i = close + 1;
  }
  return expanded;
}

}  // namespace tarn::pipelines
