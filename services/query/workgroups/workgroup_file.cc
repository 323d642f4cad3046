#include "services/query/workgroups/workgroup_file.h"

#include <nlohmann/json.hpp>
#include <set>

#include "common/json/json.h"
#include "common/logging/log.h"
#include "common/pipelines/pipelines.h"
#include "common/yaml/yaml_document.h"

namespace tarn::query {
namespace {

constexpr const char* kFileName = "workgroups.yaml";

Result<std::vector<WorkgroupDefinition>> ReadDocument(const nlohmann::json& document,
                                                      const WorkgroupDefinition& defaults) {
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

}  // namespace

Result<std::vector<WorkgroupDefinition>> ReadWorkgroupFile(const std::string& text,
                                                           const WorkgroupDefinition& defaults) {
  yaml::Lines lines;
  TARN_ASSIGN(const auto document, yaml::ParseYaml(text, &lines));
  auto workgroups = ReadDocument(document, defaults);
  if (!workgroups.ok()) return yaml::AtLine(workgroups.error(), lines);
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
