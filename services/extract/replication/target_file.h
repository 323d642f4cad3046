#pragma once

#include <map>
#include <stop_token>
#include <string>

#include "common/http_client/http_client.h"
#include "common/result/result.h"
#include "services/extract/replication/replicator.h"

namespace tarn::extract {

/// One entry of the file that names the places objects may be replicated to. Secrets are not in it: they come from the
/// environment or from a file in AWS's form.
struct TargetDefinition {
  std::string type;  ///< "directory" or "s3"
  std::string bucket;
  std::string path;  ///< of a directory
  std::string endpoint, region = "us-east-1", prefix;
  bool path_style = true;
  std::string credentials_prefix = "AWS";  ///< of the environment's variables: `<prefix>_ACCESS_KEY_ID` ...
  std::string credentials_file;            ///< instead of the environment
  std::string profile = "default";
};

using TargetDefinitions = std::map<std::string, TargetDefinition>;

/// Parses the file's text (YAML): `targets:` with a mapping by name. Errors: kInvalidArgument that names the member.
Result<TargetDefinitions> ParseTargetFile(const std::string& text);
/// Reads the file; an empty path has no targets. Errors: kNotFound, kInvalidArgument.
Result<TargetDefinitions> ReadTargetFile(const std::string& path);

/// Makes the targets. Nothing is contacted yet. `http` must outlive them; `stop` ends their requests. Errors:
/// kInvalidArgument, kNotFound for credentials.
Result<TargetsByName> MakeTargets(const TargetDefinitions& definitions, http_client::HttpClient& http,
                                  const std::stop_token& stop = {});

}  // namespace tarn::extract
