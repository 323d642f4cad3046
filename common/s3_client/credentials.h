#pragma once

#include <filesystem>
#include <string>

#include "common/result/result.h"

namespace tarn::s3_client {

/// Who asks. Without an access key id requests are sent unsigned (anonymous).
struct Credentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;  ///< of temporary credentials; else empty

  bool empty() const { return access_key_id.empty(); }
};

/// Reads `<prefix>_ACCESS_KEY_ID`, `<prefix>_SECRET_ACCESS_KEY` and `<prefix>_SESSION_TOKEN` from the environment; the
/// prefix "AWS" gives AWS's own. Errors: kInvalidArgument naming the variable that is missing.
Result<Credentials> CredentialsFromEnvironment(const std::string& prefix = "AWS");

/// Reads a profile of a file in the form of AWS's `~/.aws/credentials`. Errors: kNotFound for the file or the profile,
/// kInvalidArgument for a profile without a key.
Result<Credentials> CredentialsFromFile(const std::filesystem::path& file, const std::string& profile = "default");

}  // namespace tarn::s3_client
