#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "common/result/result.h"
#include "services/extract/sources/connector.h"
#include "services/extract/sources/source_file.h"

namespace tarn::secrets {
class Redactor;
}

namespace tarn::extract {

struct ConnectorType;

/// A source as `<pipelines>/<name>/source.yaml` defines it.
struct Source {
  std::string name;
  std::string file;  ///< below the pipelines folder: "spotify/source.yaml"
  /// The last definition that was in order, or one that only lacks environment variables; nothing if there
  /// never was one.
  std::shared_ptr<const SourceFile> definition;
  std::optional<Error> error;  ///< what is wrong with the file as it is now
};

/// All sources, reloaded from their files. Thread-safe.
class SourceCatalog {
 public:
  /// Loads nothing yet.
  explicit SourceCatalog(std::filesystem::path pipelines) : pipelines_(std::move(pipelines)) {}

  /// Reads all files again. A broken file leaves its last good definition in force; a removed one removes its
  /// source.
  void Reload();

  /// By name.
  std::vector<Source> List() const;
  /// Errors: kNotFound.
  Result<Source> Get(const std::string& name) const;

 private:
  const std::filesystem::path pipelines_;
  std::mutex reload_mutex_;  // one reload at a time
  mutable std::mutex mutex_;
  std::map<std::string, Source> sources_;
};

/// Says why a source without a definition cannot run: kUnprocessable.
Error UnusableSource(const Source& source);

/// Builds the connector of a source with its options, those of `overrides` in the place of the file's.
/// Errors: kUnprocessable if the source has no usable definition or an environment variable it needs is
/// missing.
Result<std::unique_ptr<Connector>> MakeConnector(const Source& source, const nlohmann::json& overrides);

/// The values of the options that are never shown, in options that were expanded.
std::vector<std::string> SecretValues(const ConnectorType& type, const nlohmann::json& options);
/// Takes the secrets of a source out of texts.
secrets::Redactor SecretsOf(const Source& source);

/// Checks the options that one run shall have differently. Errors: kInvalidArgument with the JSON pointer of
/// the wrong or unknown member; kConflict if the source has no definition to run.
Status CheckOverrides(const Source& source, const nlohmann::json& overrides);

/// The source resource of the REST API, with options as the file has them but for secrets.
nlohmann::json ToJson(const Source& source);

}  // namespace tarn::extract
