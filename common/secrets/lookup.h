#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "common/result/result.h"

namespace tarn::secrets {

struct Secret {
  enum class Origin { kEnvironment, kFile };

  std::string name;
  std::string value;
  Origin origin = Origin::kEnvironment;
};

/// $TARN_SECRETS_DIR, else /run/secrets, where Docker and Kubernetes put secrets.
std::filesystem::path Directory();

/// The value of `name`, which consists of [A-Za-z0-9_]: the environment variable NAME, else the content of
/// the file that NAME_FILE names, else of `directory`/NAME, else of `directory`/name in lower case; nothing
/// if there is none of these. Empty variables count as missing; one newline at the end of a file is no part
/// of the value. Errors: kPermissionDenied for a file that others may read or write, that its group may
/// write, or that cannot be read; kInvalidArgument if NAME_FILE names no file, or for a file that is empty or
/// holds a zero byte; kTooLarge over 64 KiB.
Result<std::optional<Secret>> Lookup(const std::string& name,
                                     const std::filesystem::path& directory = Directory());

/// Reads one secret from a file, under the rules of Lookup. A link is as good as what it leads to. Errors: as
/// Lookup; kNotFound.
Result<std::string> ReadSecretFile(const std::filesystem::path& file);

}  // namespace tarn::secrets
