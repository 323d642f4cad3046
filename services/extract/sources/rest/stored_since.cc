#include "services/extract/sources/rest/stored_since.h"

#include <nlohmann/json.hpp>

#include "common/checksums/checksum.h"
#include "common/ids/ulid.h"
#include "services/extract/sources/client/notes.h"

namespace tarn::extract::rest {
namespace {

const char kName[] = "stored_since";

}  // namespace

StoredSince::StoredSince(RunContext& context, const std::string& cursor)
    : context_(context),
      cursor_(ToHex(checksums::Compute(checksums::Algorithm::kSha256, cursor))),
      run_(FormatRfc3339(context.created_at)) {}

Result<std::string> StoredSince::Noted() const {
  TARN_ASSIGN(const nlohmann::json notes, LoadNotes(context_.state));
  const auto note = notes.find(kName);
  if (note == notes.end() || !note->is_object()) return std::string();
  const auto run = note->find("run");
  const bool is_of_cursor = note->value("cursor", nlohmann::json()) == cursor_;
  return is_of_cursor && run != note->end() && run->is_string() ? run->get<std::string>() : std::string();
}

Result<bool> StoredSince::ByAnother() const {
  TARN_ASSIGN(const std::string run, Noted());
  return !run.empty() && run != run_;
}

Result<bool> StoredSince::ByAnyone() const {
  TARN_ASSIGN(const std::string run, Noted());
  return !run.empty();
}

Status StoredSince::Note() {
  const std::lock_guard lock(mutex_);
  if (noted_) return Ok();
  TARN_TRY(UpdateNotes(context_.client, context_.state, [this](nlohmann::json& notes) {
    notes[kName] = {{"cursor", cursor_}, {"run", run_}};
  }));
  noted_ = true;
  return Ok();
}

}  // namespace tarn::extract::rest
