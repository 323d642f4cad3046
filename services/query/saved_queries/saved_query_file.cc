#include "services/query/saved_queries/saved_query_file.h"

#include <algorithm>
#include <map>

#include "common/logging/log.h"
#include "common/pipelines/pipelines.h"

namespace tarn::query {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxFiles = 10'000;

std::string_view Trim(std::string_view text) {
  constexpr const char* kBlanks = " \t\r";
  const size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return "";
  return text.substr(begin, text.find_last_not_of(kBlanks) + 1 - begin);
}

// "since 2026-01-01" to "since" and "2026-01-01".
std::pair<std::string, std::string> FirstWord(std::string_view text) {
  const size_t end = std::min(text.find_first_of(" \t"), text.size());
  return {std::string(text.substr(0, end)), std::string(Trim(text.substr(end)))};
}

Status AddParameter(const std::string& setting, SavedQuery& query) {
  auto [name, value] = FirstWord(setting);
  if (!IsSavedName(name))
    return Error(Code::kInvalidArgument, "a parameter's name has 1 to 64 of a-z, 0-9, _ and -; got: " + name);
  for (const auto& parameter : query.parameters) {
    if (parameter.name == name)
      return Error(Code::kInvalidArgument, "two parameters have this name: " + name);
  }
  SavedParameter parameter{name};
  if (!value.empty()) parameter.value = value;
  query.parameters.push_back(std::move(parameter));
  return Ok();
}

Status AddSetting(std::string_view line, SavedQuery& query) {
  const auto [name, value] = FirstWord(line);
  if (value.empty()) return Error(Code::kInvalidArgument, "expected a value after " + name);
  if (name == "@parameter") return AddParameter(value, query);
  if (name == "@database") {
    query.database = value;
  } else if (name == "@workgroup") {
    query.workgroup = value;
  } else if (name == "@dialect") {
    query.dialect = ParseDialect(value);
    if (!query.dialect) return Error(Code::kInvalidArgument, "expected duckdb or athena; got " + value);
  } else {
    return Error(Code::kInvalidArgument,
                 "expected @database, @dialect, @workgroup or @parameter; got " + name);
  }
  return Ok();
}

Result<SavedQuery> ReadFile(const fs::path& path, const std::string& name) {
  if (!IsSavedName(name))
    return Error(Code::kInvalidArgument, "the file's name may have a-z, 0-9, _ and - only, at most 64");
  TARN_ASSIGN(const std::string text, pipelines::ReadPipelineFile(path));
  return ReadSavedQueryFile(name, text);
}

std::vector<fs::path> SqlFiles(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code failure;
  for (fs::directory_iterator entry(folder, failure), end; !failure && entry != end;
       entry.increment(failure)) {
    const bool is_hidden = entry->path().filename().string().starts_with('.');
    if (!is_hidden && entry->path().extension() == ".sql" && files.size() < kMaxFiles)
      files.push_back(entry->path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

Result<SavedQuery> ReadSavedQueryFile(const std::string& name, const std::string& text) {
  SavedQuery query{name};
  query.sql = text;
  size_t number = 0;
  for (size_t begin = 0; begin < text.size(); ++number) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    std::string_view line = Trim(std::string_view(text).substr(begin, end - begin));
    if (!line.starts_with("--")) break;
    line = Trim(line.substr(2));
    if (line.starts_with('@')) {
      const auto added = AddSetting(line, query);
      if (!added.ok()) return Error(added.error()).At("line " + std::to_string(number + 1));
    } else if (!line.empty()) {
      query.description += (query.description.empty() ? "" : " ") + std::string(line);
    }
    begin = end + 1;
  }
  return query;
}

Result<std::vector<SavedQuery>> ReadSavedQueryFiles(const fs::path& root) {
  std::map<std::string, SavedQuery> queries;
  TARN_ASSIGN(const auto folders, pipelines::ListPipelines(root));
  for (const auto& folder : folders) {
    for (const auto& path : SqlFiles(folder.path / "queries")) {
      const std::string name = path.stem().string();
      const std::string file = folder.name + "/queries/" + path.filename().string();
      auto query = ReadFile(path, name);
      if (!query.ok()) {
        log::Failure("a saved query has a mistake and is left out",
                     {{"file", file}, {"error", query.error()}});
        continue;
      }
      query->file = file;
      const auto [known, added] = queries.emplace(name, std::move(*query));
      if (!added)
        log::Failure("two files define a saved query; the later is left out",
                     {{"file", file}, {"kept", known->second.file}});
    }
  }
  std::vector<SavedQuery> all;
  for (auto& [name, query] : queries) all.push_back(std::move(query));
  return all;
}

}  // namespace tarn::query
