#include "services/query/workgroups/workgroup_file.h"

#include <yaml-cpp/yaml.h>

#include <nlohmann/json.hpp>
#include <set>

#include "common/json/json.h"
#include "common/logging/log.h"
#include "common/pipelines/pipelines.h"

namespace tarn::query {
namespace {

constexpr const char* kFileName = "workgroups.yaml";
constexpr int kMaxDepth = 8;

// Plain scalars become numbers or booleans where they are ones; quoted ones stay text.
nlohmann::json ScalarJson(const YAML::Node& node) {
  const std::string text = node.Scalar();
  if (node.Tag() == "!") return text;
  int64_t number = 0;
  if (YAML::convert<int64_t>::decode(node, number)) return number;
  if (text == "true" || text == "false") return text == "true";
  return text;
}

nlohmann::json NodeJson(const YAML::Node& node, int depth) {
  if (depth > kMaxDepth || node.IsNull()) return nullptr;
  if (node.IsScalar()) return ScalarJson(node);
  if (node.IsSequence()) {
    auto array = nlohmann::json::array();
    for (const auto& element : node) array.push_back(NodeJson(element, depth + 1));
    return array;
  }
  auto object = nlohmann::json::object();
  for (const auto& member : node) object[member.first.Scalar()] = NodeJson(member.second, depth + 1);
  return object;
}

Result<nlohmann::json> ParseYaml(const std::string& text) {
  try {
    return NodeJson(YAML::Load(text), 0);
  } catch (const YAML::Exception& failure) {
    return Error(Code::kInvalidArgument, "not YAML: " + failure.msg)
        .At("line " + std::to_string(failure.mark.line + 1) + ", column " +
            std::to_string(failure.mark.column + 1));
  }
}

}  // namespace

Result<std::vector<WorkgroupDefinition>> ReadWorkgroupFile(const std::string& text,
                                                           const WorkgroupDefinition& defaults) {
  TARN_ASSIGN(const auto document, ParseYaml(text));
  json::ObjectReader reader(document);
  const auto* list = reader.OptionalArray("workgroups");
  if (!list) reader.Fail("workgroups", "expected a list of workgroups");
  TARN_TRY(reader.Finish());
  std::vector<WorkgroupDefinition> workgroups;
  for (size_t i = 0; i < list->size(); ++i) {
    TARN_ASSIGN(auto workgroup, ReadWorkgroup((*list)[i], defaults, "/workgroups/" + std::to_string(i)));
    workgroups.push_back(std::move(workgroup));
  }
  return workgroups;
}

Result<std::vector<WorkgroupDefinition>> ReadWorkgroupFiles(const std::filesystem::path& root,
                                                            const WorkgroupDefinition& defaults) {
  std::vector<WorkgroupDefinition> all;
  std::set<std::string> names;
  TARN_ASSIGN(const auto folders, pipelines::ListPipelines(root));
  for (const auto& folder : folders) {
    const auto text = pipelines::ReadPipelineFile(folder.path / kFileName);
    if (!text.ok() && text.error().code() == Code::kNotFound) continue;
    auto read = text.ok() ? ReadWorkgroupFile(*text, defaults) : text.error();
    if (!read.ok()) {
      log::Failure("a workgroups.yaml has a mistake and is left out",
                   {{"pipeline", folder.name}, {"error", read.error()}});
      continue;
    }
    for (auto& workgroup : *read) {
      workgroup.pipeline = folder.name;
      if (names.insert(workgroup.name).second) {
        all.push_back(std::move(workgroup));
      } else {
        log::Failure("a workgroup is defined twice; the later is left out",
                     {{"pipeline", folder.name}, {"workgroup", workgroup.name}});
      }
    }
  }
  return all;
}

}  // namespace tarn::query
