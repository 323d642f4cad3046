#include "services/extract/sources/files/ledger.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <nlohmann/json.hpp>

#include "common/checksums/checksum.h"
#include "common/ids/ulid.h"
#include "common/json/json.h"
#include "services/extract/sources/client/notes.h"

namespace tarn::extract::files {
namespace {

std::string HashOf(const std::string& text) {
  return ToHex(checksums::Compute(checksums::Algorithm::kSha256, text));
}

nlohmann::json ToJson(const StoredVersions& files) {
  auto object = nlohmann::json::object();
  for (const auto& [id, version] : files) object[id] = version.ToText();
  return object;
}

/// Nothing if it is not of that form.
std::optional<StoredVersions> FromJson(const nlohmann::json& document) {
  const auto found = document.is_object() ? document.find("files") : document.end();
  if (!document.is_object() || found == document.end() || !found->is_object()) return std::nullopt;
  StoredVersions files;
  for (const auto& [id, text] : found->items()) {
    auto version =
        text.is_string() ? FileVersion::FromText(text.get_ref<const std::string&>()) : std::nullopt;
    if (!version) return std::nullopt;
    files.emplace(id, *std::move(version));
  }
  return files;
}

Status WriteLine(int descriptor, const std::string& line) {
  // In one piece, so that the lines of two threads or of two processes do not mix.
  const ssize_t written = ::write(descriptor, line.data(), line.size());
  if (written == static_cast<ssize_t>(line.size())) return Ok();
  if (written >= 0 || errno == ENOSPC || errno == EDQUOT)
    return Error(Code::kResourceExhausted, "the disk is full");
  return Error(Code::kInternal, "the run's journal cannot be written");
}

}  // namespace

Result<Ledger> Ledger::Load(SavedState& state) {
  Ledger ledger;
  TARN_ASSIGN(const std::string cursor, state.LoadCursor());
  TARN_ASSIGN(const nlohmann::json notes, LoadNotes(state));
  ledger.cursor_hash_ = HashOf(cursor);
  const bool noted_since = notes.value("since", nlohmann::json()) == ledger.cursor_hash_;
  if (auto files = noted_since ? FromJson(notes) : std::nullopt) {
    ledger.files_ = *std::move(files);
    return ledger;
  }
  if (cursor.empty()) return ledger;
  const auto parsed = json::Parse(cursor);
  auto files = parsed.ok() ? FromJson(*parsed) : std::nullopt;
  if (!files) {
    return Error(Code::kUnprocessable,
                 "the source's cursor is not one of the connector files; reset it to store all files again");
  }
  ledger.files_ = *std::move(files);
  return ledger;
}

const FileVersion* Ledger::Find(const std::string& id) const {
  const auto found = files_.find(id);
  return found == files_.end() ? nullptr : &found->second;
}

void Ledger::Stage(SavedState& state, const StoredVersions& files) const {
  state.StageCursor(json::Dump({{"files", ToJson(files)}}));
}

Status Ledger::Note(SourceClient& client, SavedState& state, const StoredVersions& files) const {
  return UpdateNotes(client, state, [&](nlohmann::json& notes) {
    notes["since"] = cursor_hash_;
    notes["files"] = ToJson(files);
  });
}

Result<std::unique_ptr<Journal>> Journal::Open(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (descriptor < 0) return Error(Code::kInternal, "the run's journal cannot be opened");
  std::unique_ptr<Journal> journal(new Journal(descriptor));
  journal->Read(file);
  // What a dying process left of a line must not take the next one with it.
  TARN_TRY(WriteLine(descriptor, "\n"));
  return journal;
}

Journal::~Journal() { ::close(descriptor_); }

void Journal::Read(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  for (std::string line; std::getline(in, line);) {
    const auto parsed = json::Parse(line);
    if (!parsed.ok() || !parsed->is_array() || parsed->size() != 4) continue;
    bool texts = true;
    for (const auto& element : *parsed) texts &= element.is_string();
    if (!texts) continue;
    auto version = FileVersion::FromText((*parsed)[3].get_ref<const std::string&>());
    if (!version) continue;
    const Kind kind = (*parsed)[1] == "unchanged" ? Kind::kUnchanged : Kind::kStored;
    entries_[(*parsed)[0]] = Entry{kind, (*parsed)[2], *std::move(version)};
  }
}

const Journal::Entry* Journal::Find(const std::string& id) const {
  const auto found = entries_.find(id);
  return found == entries_.end() ? nullptr : &found->second;
}

Status Journal::Add(const std::string& id, const Entry& entry) {
  const char* kind = entry.kind == Kind::kUnchanged ? "unchanged" : "stored";
  const std::string line = json::Dump({id, kind, entry.name, entry.version.ToText()}) + "\n";
  const std::lock_guard lock(mutex_);
  return WriteLine(descriptor_, line);
}

}  // namespace tarn::extract::files
