#include "common/secrets/lookup.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace tarn::secrets {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxBytes = 64 * 1024;
constexpr mode_t kTooOpen = S_IRWXO | S_IWGRP;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  const int number_;
};

std::optional<std::string> Variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value && *value ? std::optional<std::string>(value) : std::nullopt;
}

std::string LowerCase(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return name;
}

Error Unreadable(const fs::path& file, int reason) {
  const std::string why = std::generic_category().message(reason);
  if (reason == ENOENT || reason == ENOTDIR) {
    return Error(Code::kNotFound, "there is no such secret file: " + file.string());
  }
  return Error(Code::kPermissionDenied, "the secret file cannot be read (" + why + "): " + file.string());
}

// Of the file itself, whatever links lead to it.
Status CheckFile(int descriptor, const fs::path& file) {
  struct stat facts;
  if (::fstat(descriptor, &facts) != 0) return Unreadable(file, errno);
  if (!S_ISREG(facts.st_mode)) {
    return Error(Code::kInvalidArgument, "the secret file is not a regular file: " + file.string());
  }
  if (facts.st_mode & kTooOpen) {
    return Error(
        Code::kPermissionDenied,
        "the secret file is open to other users; make it private with chmod 600 (or 640): " + file.string());
  }
  return Ok();
}

Result<std::string> ReadAll(int descriptor, const fs::path& file) {
  std::string content(kMaxBytes + 3,
                      '\0');  // a newline may follow, and one byte more shows that it is too large
  size_t size = 0;
  while (size < content.size()) {
    const ssize_t count = ::read(descriptor, content.data() + size, content.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Unreadable(file, errno);
    if (count == 0) break;
    size += static_cast<size_t>(count);
  }
  content.resize(size);
  return content;
}

}  // namespace

fs::path Directory() { return Variable("TARN_SECRETS_DIR").value_or("/run/secrets"); }

Result<std::string> ReadSecretFile(const fs::path& file) {
  // Opening a named pipe must not wait for a writer.
  const Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (descriptor.number() < 0) return Unreadable(file, errno);
  TARN_TRY(CheckFile(descriptor.number(), file));
  TARN_ASSIGN(std::string value, ReadAll(descriptor.number(), file));
  if (value.ends_with('\n')) value.pop_back();
  if (value.ends_with('\r')) value.pop_back();
  if (value.size() > kMaxBytes)
    return Error(Code::kTooLarge, "the secret file is over 64 KiB: " + file.string());
  if (value.empty()) return Error(Code::kInvalidArgument, "the secret file is empty: " + file.string());
  if (value.find('\0') != std::string::npos) {
    return Error(Code::kInvalidArgument, "the secret file holds a zero byte: " + file.string());
  }
  return value;
}

Result<std::optional<Secret>> Lookup(const std::string& name, const fs::path& directory) {
  if (auto value = Variable(name))
    return std::optional(Secret{name, *std::move(value), Secret::Origin::kEnvironment});
  if (const auto file = Variable(name + "_FILE")) {
    auto value = ReadSecretFile(*file);
    if (value.ok()) return std::optional(Secret{name, *std::move(value), Secret::Origin::kFile});
    const Code code = value.error().code() == Code::kNotFound ? Code::kInvalidArgument : value.error().code();
    return Error(code, name + "_FILE: " + value.error().message());
  }
  for (const std::string& file_name : {name, LowerCase(name)}) {
    auto value = ReadSecretFile(directory / file_name);
    if (value.ok()) return std::optional(Secret{name, *std::move(value), Secret::Origin::kFile});
    if (value.error().code() != Code::kNotFound) return std::move(value).error();
  }
  return std::optional<Secret>();
}

}  // namespace tarn::secrets
