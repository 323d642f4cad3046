#include "services/extract/sources/source_catalog.h"

#include <algorithm>

#include "common/logging/log.h"
#include "common/pipelines/pipelines.h"
#include "common/secrets/redactor.h"
#include "services/extract/sources/registry.h"

namespace tarn::extract {
namespace {

Result<SourceFile> LoadDefinition(const std::filesystem::path& file) {
  TARN_ASSIGN(const std::string text, pipelines::ReadPipelineFile(file));
  TARN_ASSIGN(SourceFile definition, ParseSourceFile(text));
  if (!FindConnector(definition.connector)) {
    return Error(Code::kInvalidArgument, "there is no such connector: " + definition.connector)
        .At("/connector");
  }
  return definition;
}

/// Takes definition and error of `source` from its file. Returns false if the folder defines no source.
bool Load(const std::filesystem::path& file, Source& source) {
  auto loaded = LoadDefinition(file);
  if (!loaded.ok() && loaded.error().code() == Code::kNotFound) return false;
  if (!loaded.ok()) {
    source.error = loaded.error();
    return true;
  }
  auto definition = std::make_shared<const SourceFile>(*std::move(loaded));
  const auto options = ExpandOptions(definition->options);
  if (!options.ok()) {
    // The file may be in order: what is missing is around it. A run will say the same.
    source.error = options.error();
    source.definition = std::move(definition);
    return true;
  }
  const auto connector = FindConnector(definition->connector)->make(*options);
  if (connector.ok()) {
    source.definition = std::move(definition);
  } else {
    source.error = connector.error();
  }
  return true;
}

bool Contains(const std::vector<std::string_view>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

nlohmann::json Merge(nlohmann::json options, const nlohmann::json& overrides) {
  for (const auto& [name, value] : overrides.items()) options[name] = value;
  return options;
}

/// Adds every text in `value`.
void AddTexts(const nlohmann::json& value, std::vector<std::string>& texts) {
  if (value.is_string()) texts.push_back(value.get<std::string>());
  if (value.is_number()) texts.push_back(value.dump());
  if (!value.is_structured()) return;
  for (const auto& element : value) AddTexts(element, texts);
}

/// Whether a variable is one whose value is meant for few eyes, wherever it is used.
bool SoundsSecret(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::toupper(c); });
  const auto holds = [&](const char* word) { return name.find(word) != std::string::npos; };
  return holds("SECRET") || holds("TOKEN") || holds("PASSWORD") || holds("PASSWD") || name == "KEY" ||
         name.ends_with("_KEY") || name.ends_with("APIKEY") || holds("CREDENTIAL");
}

/// Options as anybody may see them.
nlohmann::json Shown(const ConnectorType* type, const nlohmann::json& options) {
  nlohmann::json shown = nlohmann::json::object();
  if (!type) return shown;
  for (const auto& [name, value] : options.items()) {
    if (Contains(type->options, name)) shown[name] = value;
  }
  for (const std::string_view path : type->secret_options) {
    const auto pointer = nlohmann::json::json_pointer("/" + std::string(path));
    if (shown.contains(pointer)) shown[pointer] = "***";
  }
  return shown;
}

Error Unusable(Code code, const Source& source) {
  const std::string reason = source.error ? source.error->message() : "it is not defined";
  return Error(code, "source " + source.name + " cannot run: " + reason)
      .At(source.error ? source.file + " " + source.error->where() : source.file);
}

}  // namespace

void SourceCatalog::Reload() {
  const std::lock_guard reload(reload_mutex_);
  const auto folders = pipelines::ListPipelines(pipelines_);
  if (!folders.ok()) {
    log::Failure("cannot list the pipelines", {{"folder", pipelines_.string()}, {"error", folders.error()}});
    return;
  }
  const auto last_good = [this](const std::string& name) -> std::shared_ptr<const SourceFile> {
    const std::lock_guard lock(mutex_);
    const auto found = sources_.find(name);
    return found == sources_.end() ? nullptr : found->second.definition;
  };
  std::map<std::string, Source> after;
  for (const auto& folder : *folders) {
    auto& source = after[folder.name];
    source.name = folder.name;
    source.file = folder.name + "/source.yaml";
    source.definition = last_good(folder.name);
    if (!Load(folder.path / "source.yaml", source)) {
      after.erase(folder.name);
    } else if (source.error) {
      log::Warn("a source is not in order", {{"source", source.name}, {"error", *source.error}});
    }
  }
  const std::lock_guard lock(mutex_);
  sources_ = std::move(after);
}

std::vector<Source> SourceCatalog::List() const {
  const std::lock_guard lock(mutex_);
  std::vector<Source> list;
  for (const auto& [name, source] : sources_) list.push_back(source);
  return list;
}

Result<Source> SourceCatalog::Get(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = sources_.find(name);
  if (found == sources_.end()) return Error(Code::kNotFound, "there is no source " + name);
  return found->second;
}

Error UnusableSource(const Source& source) { return Unusable(Code::kUnprocessable, source); }

Result<std::unique_ptr<Connector>> MakeConnector(const Source& source, const nlohmann::json& overrides) {
  if (!source.definition) return Unusable(Code::kUnprocessable, source);
  auto options = ExpandOptions(source.definition->options);
  if (!options.ok()) {
    return Error(Code::kUnprocessable, "source " + source.name + ": " + options.error().message())
        .At(source.file + " " + options.error().where());
  }
  const ConnectorType* type = FindConnector(source.definition->connector);
  if (!type) return Error(Code::kInternal, "the connector is gone: " + source.definition->connector);
  return type->make(Merge(*std::move(options), overrides));
}

Status CheckOverrides(const Source& source, const nlohmann::json& overrides) {
  if (!overrides.is_object()) return Error(Code::kInvalidArgument, "expected an object").At("/");
  if (!source.definition) return Unusable(Code::kConflict, source);
  const ConnectorType* type = FindConnector(source.definition->connector);
  for (const auto& [name, value] : overrides.items()) {
    if (!type || !Contains(type->run_options, name)) {
      return Error(Code::kInvalidArgument, "this member is not known, or cannot be set for one run")
          .At("/" + name);
    }
    if (value.is_null()) return Error(Code::kInvalidArgument, "must not be null").At("/" + name);
  }
  const auto connector = MakeConnector(source, overrides);
  // A fault of the file's own options is not the caller's: the run will end with it.
  if (connector.ok() || connector.error().code() != Code::kInvalidArgument) return Ok();
  const std::string prefix = "/options";
  const std::string pointer = connector.error().where();
  if (pointer.rfind(prefix + "/", 0) != 0) return Ok();
  const std::string member = pointer.substr(prefix.size());
  const std::string name = member.substr(1, member.find('/', 1) - 1);
  if (!overrides.contains(name)) return Ok();
  return Error(Code::kInvalidArgument, connector.error().message()).At(member);
}

std::vector<std::string> SecretValues(const ConnectorType& type, const nlohmann::json& options) {
  std::vector<std::string> values;
  for (const std::string_view path : type.secret_options) {
    const auto pointer = nlohmann::json::json_pointer("/" + std::string(path));
    if (options.contains(pointer)) AddTexts(options.at(pointer), values);
  }
  return values;
}

secrets::Redactor SecretsOf(const Source& source) {
  const ConnectorType* type = source.definition ? FindConnector(source.definition->connector) : nullptr;
  if (!type) return secrets::Redactor({});
  std::vector<secrets::Secret> taken;
  const auto options = ExpandOptions(source.definition->options, taken);
  if (!options.ok()) return secrets::Redactor({});
  std::vector<std::string> values = SecretValues(*type, *options);
  for (const secrets::Secret& secret : taken) {
    if (secret.origin == secrets::Secret::Origin::kFile || SoundsSecret(secret.name))
      values.push_back(secret.value);
  }
  return secrets::Redactor(values);
}

nlohmann::json ToJson(const Source& source) {
  nlohmann::json result = {{"name", source.name}, {"file", source.file}, {"connector", nullptr},
                           {"options", nullptr},  {"schedule", nullptr}, {"error", nullptr}};
  if (source.definition) {
    result["connector"] = source.definition->connector;
    result["options"] = Shown(FindConnector(source.definition->connector), source.definition->options);
    if (source.definition->schedule) result["schedule"] = source.definition->schedule->ToJson();
  }
  if (source.error) {
    result["error"] = {{"code", CodeName(source.error->code())},
                       {"detail", source.error->message()},
                       {"where", source.error->where()}};
  }
  return result;
}

}  // namespace tarn::extract
