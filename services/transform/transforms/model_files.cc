#include "services/transform/transforms/model_files.h"

#include <algorithm>

#include "common/checksums/checksum.h"
#include "common/ids/ulid.h"
#include "common/pipelines/pipelines.h"
#include "services/transform/transforms/definition_yaml.h"

namespace tarn::transform {
namespace {

Error Invalid(const std::string& place, const std::string& message) {
  return Error(Code::kInvalidArgument, message).At(place);
}

Result<std::vector<std::filesystem::path>> ListModels(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code failure;
  for (std::filesystem::directory_iterator entry(folder / "models", failure), end; !failure && entry != end;
       entry.increment(failure)) {
    if (entry->path().extension() == ".sql") files.push_back(entry->path());
    if (files.size() > kMaxModels)
      return Invalid("models", "there are more than " + std::to_string(kMaxModels) + " models");
  }
  if (files.empty()) return Invalid("transform.yaml", "there is no models/*.sql");
  std::sort(files.begin(), files.end());
  return files;
}

Result<Model> ReadModel(const std::filesystem::path& path) {
  Model model;
  model.name = path.stem().string();
  model.file = "models/" + path.filename().string();
  if (!IsDefinitionName(model.name)) return Invalid(model.file, kNameRule);
  const auto text = pipelines::ReadPipelineFile(path);
  if (!text.ok()) return Invalid(model.file, text.error().message());
  auto sql = Template::Parse(*text);
  if (!sql.ok()) return Invalid(model.file + ": " + sql.error().where(), sql.error().message());
  model.sql = *std::move(sql);
  model.hash = Sha256(*text);
  return model;
}

}  // namespace

std::string Sha256(std::string_view text) {
  return ToHex(checksums::Compute(checksums::Algorithm::kSha256, text));
}

Result<std::vector<Model>> ReadModels(const std::filesystem::path& folder) {
  TARN_ASSIGN(const auto files, ListModels(folder));
  std::vector<Model> models;
  size_t bytes = 0;
  for (const auto& path : files) {
    TARN_ASSIGN(auto model, ReadModel(path));
    bytes += model.sql.text().size();
    if (bytes > kMaxModelBytes)
      return Invalid("models", "the models have more than " + std::to_string(kMaxModelBytes >> 20) +
                                   " MiB of SQL together");
    models.push_back(std::move(model));
  }
  return models;
}

}  // namespace tarn::transform
