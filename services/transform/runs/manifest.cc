#include "services/transform/runs/manifest.h"

#include <nlohmann/json.hpp>

#include "common/json/json.h"

namespace tarn::transform {
namespace {

Result<Manifest> Parse(const std::string& text) {
  TARN_ASSIGN(const auto value, json::Parse(text));
  Manifest manifest;
  try {
    manifest.run_id = value.at("run_id");
    TARN_ASSIGN(manifest.report, RunReport::FromJson(value.at("report")));
  } catch (const nlohmann::json::exception&) {
    return Error(Code::kInvalidArgument, "not a manifest");
  }
  return manifest;
}

}  // namespace

std::string ManifestKey(const std::string& transform) {
  return kPrivatePrefix + transform + "/manifest.json";
}

Result<Manifest> ReadManifest(object_store::ObjectStore& store, const std::string& transform) {
  const std::string key = ManifestKey(transform);
  const auto text = store.GetAll(kPublishBucket, key);
  if (!text.ok() && text.error().code() == Code::kNotFound) return Manifest();
  if (!text.ok()) return text.error();
  auto manifest = Parse(*text);
  if (manifest.ok()) return manifest;
  return Error(Code::kUnprocessable,
               "the manifest of the transform cannot be read; delete it, and the tables with it, to start "
               "afresh")
      .At(std::string(kPublishBucket) + "/" + key);
}

std::string RenderManifest(const Manifest& manifest) {
  return json::Dump({{"run_id", manifest.run_id}, {"report", manifest.report.ToJson()}});
}

}  // namespace tarn::transform
