#include "services/transform/transforms/flow.h"

#include <algorithm>

namespace tarn::transform {
namespace {

bool Overlap(std::string_view a, std::string_view b) { return a.starts_with(b) || b.starts_with(a); }
bool EndsOverlap(std::string_view a, std::string_view b) { return a.ends_with(b) || b.ends_with(a); }

}  // namespace

std::vector<std::string> TablesOf(const Definition& definition) {
  std::vector<std::string> tables;
  for (const Output& output : definition.outputs) {
    tables.push_back(output.TableName());
    if (!output.QuarantineName().empty()) tables.push_back(output.database + "." + output.QuarantineName());
  }
  return tables;
}

std::vector<WrittenObjects> WrittenBy(const Definition& definition) {
  std::vector<WrittenObjects> written;
  for (const std::string& table : TablesOf(definition)) {
    std::string prefix = table + "/";
    prefix[table.find('.')] = '/';
    written.push_back({kPublishBucket, prefix, "", "the table " + table});
  }
  for (const Input& input : definition.inputs) {
    const OnSuccess& action = input.on_success;
    if (action.kind != OnSuccess::Kind::kMove) continue;
    written.push_back({action.bucket, action.prefix, input.suffix,
                       "the objects moved to " + action.bucket + "/" + action.prefix});
  }
  return written;
}

bool MayTake(const Input& input, const WrittenObjects& written) {
  if (input.bucket != written.bucket || !Overlap(input.prefix, written.prefix)) return false;
  if (!EndsOverlap(input.suffix, written.suffix)) return false;
  return std::none_of(input.exclude_suffixes.begin(), input.exclude_suffixes.end(),
                      [&](const std::string& excluded) { return written.suffix.ends_with(excluded); });
}

bool MayShare(const Input& first, const Input& second) {
  return MayTake(first, {second.bucket, second.prefix, second.suffix, ""}) &&
         MayTake(second, {first.bucket, first.prefix, first.suffix, ""});
}

std::string InputPlace(const Definition& definition, size_t input) {
  return definition.inputs[input].name.empty() ? "input" : "inputs[" + std::to_string(input) + "]";
}

bool MayStart(const Definition& first, const Definition& second) {
  const auto& upstream = second.triggers.upstream;
  if (std::find(upstream.begin(), upstream.end(), first.name) != upstream.end()) return true;
  if (!second.triggers.events) return false;
  for (const WrittenObjects& written : WrittenBy(first)) {
    for (const Input& input : second.inputs) {
      if (MayTake(input, written)) return true;
    }
  }
  return false;
}

}  // namespace tarn::transform
