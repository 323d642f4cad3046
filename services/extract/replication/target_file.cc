#include "services/extract/replication/target_file.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "common/json/json.h"
#include "common/pipelines/pipelines.h"
#include "common/yaml/yaml_document.h"
#include "services/extract/replication/directory_target.h"
#include "services/extract/replication/s3_target.h"

namespace tarn::extract {
namespace {

constexpr size_t kMaxTargets = 100;  // they are label values of metrics

Result<TargetDefinition> ReadDefinition(const nlohmann::json& value, const std::string& pointer) {
  if (!value.is_object()) return Error(Code::kInvalidArgument, "must be a mapping").At(pointer);
  json::ObjectReader reader(value, pointer);
  TargetDefinition target;
  target.type = reader.RequiredString("type");
  const auto text = [&](const char* name, std::string& into) {
    if (auto given = reader.OptionalString(name)) into = *given;
  };
  text("bucket", target.bucket);
  if (target.type == "directory") {
    target.path = reader.RequiredString("path");
  } else if (target.type == "s3") {
    target.endpoint = reader.RequiredString("endpoint");
    if (target.bucket.empty()) reader.Fail("bucket", "an S3 target needs a bucket");
    text("region", target.region);
    text("prefix", target.prefix);
    text("credentials_prefix", target.credentials_prefix);
    text("credentials_file", target.credentials_file);
    text("profile", target.profile);
    target.path_style = reader.OptionalBool("path_style").value_or(true);
  } else {
    reader.Fail("type", "must be directory or s3");
  }
  TARN_TRY(reader.Finish());
  return target;
}

Result<std::unique_ptr<ReplicationTarget>> MakeTarget(const TargetDefinition& target, http_client::HttpClient& http,
                                                      const std::stop_token& stop) {
  if (target.type == "directory") {
    return std::unique_ptr<ReplicationTarget>(std::make_unique<DirectoryTarget>(target.path, target.bucket));
  }
  s3_client::Options options;
  options.endpoint = target.endpoint;
  options.region = target.region;
  options.bucket = target.bucket;
  options.path_style = target.path_style;
  options.cancelled = stop;
  options.retry.max_attempts = 2;  // the replicator has its own backoff
  if (target.credentials_file.empty()) {
    TARN_ASSIGN(options.credentials, s3_client::CredentialsFromEnvironment(target.credentials_prefix));
  } else {
    TARN_ASSIGN(options.credentials, s3_client::CredentialsFromFile(target.credentials_file, target.profile));
  }
  TARN_ASSIGN(auto client, s3_client::Client::Make(std::move(options), http));
  return std::unique_ptr<ReplicationTarget>(std::make_unique<S3Target>(std::move(client), target.prefix));
}

}  // namespace

Result<TargetDefinitions> ParseTargetFile(const std::string& text) {
  TARN_ASSIGN(const nlohmann::json document, yaml::ParseYaml(text));
  if (document.is_null()) return TargetDefinitions();
  if (!document.is_object()) return Error(Code::kInvalidArgument, "must be a mapping with the key targets");
  json::ObjectReader reader(document);
  const nlohmann::json* const targets = reader.OptionalObject("targets");
  TARN_TRY(reader.Finish());
  TargetDefinitions definitions;
  if (!targets) return definitions;
  if (targets->size() > kMaxTargets) return Error(Code::kTooLarge, "more than 100 targets").At("/targets");
  for (const auto& [name, value] : targets->items()) {
    TARN_ASSIGN(definitions[name], ReadDefinition(value, "/targets/" + name));
  }
  return definitions;
}

Result<TargetDefinitions> ReadTargetFile(const std::string& path) {
  if (path.empty()) return TargetDefinitions();
  TARN_ASSIGN(const std::string text, pipelines::ReadPipelineFile(path));
  auto definitions = ParseTargetFile(text);
  if (definitions.ok()) return definitions;
  const Error& error = definitions.error();
  return Error(error.code(), path + ": " + (error.where().empty() ? "" : error.where() + ": ") + error.message());
}

Result<TargetsByName> MakeTargets(const TargetDefinitions& definitions, http_client::HttpClient& http,
                                  const std::stop_token& stop) {
  TargetsByName targets;
  for (const auto& [name, definition] : definitions) {
    auto target = MakeTarget(definition, http, stop);
    if (!target.ok()) {
      return Error(target.error().code(), "the replication target " + name + ": " + target.error().message());
    }
    targets[name] = *std::move(target);
  }
  return targets;
}

}  // namespace tarn::extract
