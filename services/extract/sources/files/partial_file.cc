#include "services/extract/sources/files/partial_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "common/checksums/checksum.h"
#include "common/ids/ulid.h"
#include "common/json/json.h"

namespace tarn::extract::files {
namespace {

namespace fs = std::filesystem;

constexpr size_t kNameBytes = 16;

fs::path PathFor(const fs::path& scratch, const std::string& id, const char* ending) {
  const auto hash = checksums::Compute(checksums::Algorithm::kSha256, id).substr(0, kNameBytes);
  return scratch / (ToHex(hash) + ending);
}

Error CannotWrite(int error) {
  if (error == ENOSPC || error == EDQUOT) return Error(Code::kResourceExhausted, "the disk is full");
  return Error(Code::kInternal, "a file of the run's scratch directory cannot be written");
}

std::string ReadText(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string TextMember(const nlohmann::json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

Status WriteText(const fs::path& file, const std::string& text) {
  const fs::path temporary = file.string() + ".tmp";
  std::ofstream out(temporary, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (!out) return CannotWrite(errno);
  std::error_code error;
  fs::rename(temporary, file, error);
  return error ? Status(CannotWrite(error.value())) : Ok();
}

}  // namespace

PartialFile::PartialFile(const fs::path& scratch, const std::string& id)
    : part_(PathFor(scratch, id, ".part")),
      done_(PathFor(scratch, id, ".done")),
      about_(PathFor(scratch, id, ".json")) {
  ReadOrigin();
  if (!origin_) return;
  std::error_code missing;
  complete_ = fs::exists(done_, missing);
  const auto size = fs::file_size(complete_ ? done_ : part_, missing);
  size_bytes_ = missing ? 0 : size;
}

PartialFile::~PartialFile() { Close(); }

Status PartialFile::Prepare(const fs::path& scratch) {
  std::error_code error;
  fs::create_directories(scratch, error);
  if (error) return CannotWrite(error.value());
  const std::string boot = ReadText("/proc/sys/kernel/random/boot_id");
  if (ReadText(scratch / "boot") == boot) return Ok();
  for (const auto& entry : fs::directory_iterator(scratch, error)) {
    const auto ending = entry.path().extension();
    std::error_code ignored;
    if (ending == ".part" || ending == ".done" || ending == ".json") fs::remove(entry.path(), ignored);
  }
  return WriteText(scratch / "boot", boot);
}

Status PartialFile::Start(PartialOrigin origin) {
  Discard();
  origin_ = std::move(origin);
  TARN_TRY(WriteOrigin());
  return Open(O_TRUNC);
}

Status PartialFile::Resume() {
  Close();
  return Open(O_APPEND);
}

Status PartialFile::Append(std::string_view data) {
  while (!data.empty()) {
    const ssize_t written = ::write(descriptor_, data.data(), data.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return CannotWrite(errno);
    size_bytes_ += static_cast<uint64_t>(written);
    data.remove_prefix(static_cast<size_t>(written));
  }
  return Ok();
}

Result<fs::path> PartialFile::Complete() {
  Close();
  if (complete_) return done_;
  std::error_code error;
  fs::rename(part_, done_, error);
  if (error) return CannotWrite(error.value());
  complete_ = true;
  return done_;
}

void PartialFile::Discard() {
  Close();
  origin_.reset();
  size_bytes_ = 0;
  complete_ = false;
  std::error_code ignored;
  for (const auto* file : {&about_, &part_, &done_}) fs::remove(*file, ignored);
}

void PartialFile::Close() {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

Status PartialFile::Open(int flags) {
  descriptor_ = ::open(part_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0600);
  return descriptor_ < 0 ? Status(CannotWrite(errno)) : Ok();
}

void PartialFile::ReadOrigin() {
  const auto about = json::Parse(ReadText(about_));
  if (!about.ok() || !about->is_object()) return;
  const auto version = FileVersion::FromText(TextMember(*about, "version"));
  if (!version) return;
  origin_ = PartialOrigin{*version, TextMember(*about, "validator"),
                          FileDigest::FromText(TextMember(*about, "digest"))};
}

Status PartialFile::WriteOrigin() const {
  return WriteText(about_, json::Dump({{"version", origin_->version.ToText()},
                                       {"validator", origin_->validator},
                                       {"digest", origin_->digest ? origin_->digest->ToText() : ""}}));
}

}  // namespace tarn::extract::files
