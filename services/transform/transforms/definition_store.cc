#include "services/transform/transforms/definition_store.h"

#include <algorithm>

#include "common/logging/log.h"
#include "common/pipelines/pipelines.h"
#include "services/transform/transforms/definition_parser.h"

namespace tarn::transform {
namespace {

std::set<std::string> NamesOf(const std::map<std::string, LoadedTransform>& transforms) {
  std::set<std::string> names;
  for (const auto& [name, transform] : transforms) names.insert(name);
  return names;
}

bool IsUnchanged(const LoadedTransform& transform, const std::map<std::string, LoadedTransform>& before) {
  const auto found = before.find(transform.name);
  return found != before.end() && found->second.definition && transform.definition &&
         found->second.definition->hash == transform.definition->hash;
}

// The unchanged ones first: what is new must fit in with them, not they with it.
std::vector<LoadedTransform*> InOrderOfRight(std::map<std::string, LoadedTransform>& loaded,
                                             const std::map<std::string, LoadedTransform>& before) {
  std::vector<LoadedTransform*> order;
  for (auto& [name, transform] : loaded) {
    if (!transform.load_error) order.push_back(&transform);
  }
  std::stable_partition(order.begin(), order.end(),
                        [&](const LoadedTransform* transform) { return IsUnchanged(*transform, before); });
  return order;
}

void FallBack(LoadedTransform& transform, const std::map<std::string, LoadedTransform>& before) {
  const auto found = before.find(transform.name);
  transform.definition = found == before.end() ? nullptr : found->second.definition;
}

// The first that cannot stand beside those before it, with the reason as its load_error; null if all can.
LoadedTransform* FindMisfit(std::map<std::string, LoadedTransform>& loaded,
                            const std::map<std::string, LoadedTransform>& before) {
  const auto names = NamesOf(loaded);
  Definitions accepted;
  for (const auto& [name, transform] : loaded) {
    if (transform.load_error && transform.definition) accepted[name] = transform.definition;
  }
  for (LoadedTransform* transform : InOrderOfRight(loaded, before)) {
    const Status fits = CheckNeighbours(*transform->definition, accepted, names);
    if (!fits.ok()) {
      transform->load_error = fits.error();
      return transform;
    }
    accepted[transform->name] = transform->definition;
  }
  return nullptr;
}

// Says nothing of the definition, so that the next Reload asks again.
bool IsTransient(const Error& error) {
  return error.code() == Code::kInternal || error.code() == Code::kUnavailable ||
         error.code() == Code::kResourceExhausted || error.code() == Code::kCancelled;
}

}  // namespace

LoadedTransform DefinitionStore::Load(const std::string& name, const std::filesystem::path& folder) {
  LoadedTransform loaded{name, nullptr, std::nullopt};
  auto definition = LoadDefinition(folder, sql_check_);
  if (definition.ok()) {
    auto approved = std::make_shared<const Definition>(*std::move(definition));
    loaded.load_error = Approve(*approved);
    (loaded.load_error ? loaded.candidate : loaded.definition) = std::move(approved);
  } else {
    loaded.load_error = definition.error();
  }
  return loaded;
}

std::optional<Error> DefinitionStore::Approve(const Definition& definition) {
  if (!approval_) return std::nullopt;
  const std::string key = definition.name + " " + definition.hash;
  const auto known = approvals_.find(key);
  if (known != approvals_.end()) return known->second;
  const Status approved = approval_(definition);
  const auto failure = approved.ok() ? std::nullopt : std::optional(approved.error());
  if (failure && IsTransient(*failure)) return failure;
  // Only the answer for the last form of each transform is ever asked for again.
  std::erase_if(approvals_,
                [&](const auto& entry) { return entry.first.starts_with(definition.name + " "); });
  approvals_[key] = failure;
  return failure;
}

void DefinitionStore::Settle(Transforms& loaded, const Transforms& before) const {
  for (auto& [name, transform] : loaded) {
    if (transform.load_error) FallBack(transform, before);
  }
  // The older form of one that does not fit may itself take the place of others, so all are looked at again.
  while (LoadedTransform* misfit = FindMisfit(loaded, before)) FallBack(*misfit, before);
}

DefinitionStore::Transforms DefinitionStore::Snapshot() const {
  std::lock_guard lock(mutex_);
  return transforms_;
}

Status DefinitionStore::Reload() {
  std::lock_guard reloading(reloading_);
  TARN_ASSIGN(const auto folders, pipelines::ListPipelines(root_));
  Transforms loaded;
  for (const auto& folder : folders) {
    if (std::filesystem::exists(folder.path / "transform.yaml"))
      loaded[folder.name] = Load(folder.name, folder.path);
  }
  Settle(loaded, Snapshot());
  for (const auto& [name, transform] : loaded) {
    if (!transform.load_error) continue;
    log::Warn("transform does not load", {{"transform", name}, {"error", *transform.load_error}});
  }
  std::lock_guard lock(mutex_);
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
