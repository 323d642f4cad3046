#include "common/s3_client/credentials.h"

#include <cstdlib>
#include <fstream>
#include <string_view>

namespace tarn::s3_client {
namespace {

std::string Variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value ? value : "";
}

std::string_view Trim(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

}  // namespace

Result<Credentials> CredentialsFromEnvironment(const std::string& prefix) {
  Credentials credentials{Variable(prefix + "_ACCESS_KEY_ID"), Variable(prefix + "_SECRET_ACCESS_KEY"),
                          Variable(prefix + "_SESSION_TOKEN")};
  for (const char* name : {"_ACCESS_KEY_ID", "_SECRET_ACCESS_KEY"}) {
    if (Variable(prefix + name).empty()) {
      return Error(Code::kInvalidArgument, "the environment has no S3 credentials: set " + prefix + name);
    }
  }
  return credentials;
}

Result<Credentials> CredentialsFromFile(const std::filesystem::path& file, const std::string& profile) {
  std::ifstream lines(file);
  if (!lines) return Error(Code::kNotFound, "the credentials file cannot be read: " + file.string());
  Credentials credentials;
  bool found = false, inside = false;
  for (std::string line; std::getline(lines, line);) {
    const std::string_view text = Trim(line);
    if (text.empty() || text[0] == '#' || text[0] == ';') continue;
    if (text.front() == '[' && text.back() == ']') {
      inside = Trim(text.substr(1, text.size() - 2)) == profile;
      found |= inside;
      continue;
    }
    const size_t equals = text.find('=');
    if (!inside || equals == std::string_view::npos) continue;
    const std::string_view name = Trim(text.substr(0, equals));
    const std::string value(Trim(text.substr(equals + 1)));
    if (name == "aws_access_key_id") credentials.access_key_id = value;
    if (name == "aws_secret_access_key") credentials.secret_access_key = value;
    if (name == "aws_session_token") credentials.session_token = value;
  }
  if (!found) return Error(Code::kNotFound, "the credentials file " + file.string() + " has no profile: " + profile);
  if (credentials.access_key_id.empty() || credentials.secret_access_key.empty()) {
    return Error(Code::kInvalidArgument,
                 "the profile needs aws_access_key_id and aws_secret_access_key: " + profile);
  }
  return credentials;
}

}  // namespace tarn::s3_client
