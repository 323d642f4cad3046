#include "services/transform/transforms/definition_store.h"

#include "common/logging/log.h"
#include "common/pipelines/pipelines.h"
#include "services/transform/transforms/definition_parser.h"

namespace tarn::transform {
namespace {

// Every table that a transform writes.
std::vector<std::string> TablesOf(const Definition& definition) {
  std::vector<std::string> tables;
  for (const Output& output : definition.outputs) {
    tables.push_back(output.TableName());
    if (!output.QuarantineName().empty()) tables.push_back(output.database + "." + output.QuarantineName());
  }
  return tables;
}

}  // namespace

LoadedTransform DefinitionStore::Load(const std::string& name, const std::filesystem::path& folder) const {
  LoadedTransform loaded{name, nullptr, std::nullopt};
  auto definition = LoadDefinition(folder, sql_check_);
  if (definition.ok()) {
    loaded.definition = std::make_shared<const Definition>(*std::move(definition));
  } else {
    loaded.load_error = definition.error();
  }
  return loaded;
}

Status DefinitionStore::Reload() {
  TARN_ASSIGN(const auto folders, pipelines::ListPipelines(root_));
  std::map<std::string, LoadedTransform> loaded;
  for (const auto& folder : folders) {
    if (std::filesystem::exists(folder.path / "transform.yaml"))
      loaded[folder.name] = Load(folder.name, folder.path);
  }
  // Two writers of one table would take each other's files for their own.
  std::map<std::string, std::string> owners;
  for (auto& [name, transform] : loaded) {
    if (!transform.definition) continue;
    for (const std::string& table : TablesOf(*transform.definition)) {
      const auto [owner, is_first] = owners.emplace(table, name);
      if (is_first || owner->second == name) continue;
      transform.load_error =
          Error(Code::kInvalidArgument, "the table " + table + " belongs to the transform " + owner->second)
              .At("transform.yaml: outputs");
    }
    if (transform.load_error) transform.definition = nullptr;
  }
  std::lock_guard lock(mutex_);
  for (auto& [name, transform] : loaded) {
    if (!transform.load_error) continue;
    log::Warn("transform does not load", {{"transform", name}, {"error", *transform.load_error}});
    if (const auto before = transforms_.find(name); before != transforms_.end()) {
      transform.definition = before->second.definition;
    }
  }
  transforms_ = std::move(loaded);
  return Ok();
}

std::vector<LoadedTransform> DefinitionStore::List() const {
  std::lock_guard lock(mutex_);
  std::vector<LoadedTransform> list;
  for (const auto& [name, transform] : transforms_) list.push_back(transform);
  return list;
}

Result<LoadedTransform> DefinitionStore::Get(const std::string& name) const {
  std::lock_guard lock(mutex_);
  const auto found = transforms_.find(name);
  if (found == transforms_.end()) return Error(Code::kNotFound, "there is no transform " + name);
  return found->second;
}

std::vector<std::shared_ptr<const Definition>> DefinitionStore::Runnable() const {
  std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<const Definition>> runnable;
  for (const auto& [name, transform] : transforms_) {
    if (transform.definition) runnable.push_back(transform.definition);
  }
  return runnable;
}

}  // namespace tarn::transform
