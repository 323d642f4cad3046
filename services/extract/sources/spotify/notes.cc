#include "services/extract/sources/spotify/notes.h"

#include <nlohmann/json.hpp>

#include "services/extract/sources/client/notes.h"

namespace tarn::extract::spotify {
namespace {

using Json = nlohmann::json;

// An application may be granted extended quota.
constexpr std::chrono::hours kTryAgainAfter(7 * 24);

const char kEndpoint[] = "playlist_endpoint";
const char kSearchLimit[] = "search_limit";
const char kBatchesGone[] = "batches_gone";

}  // namespace

Result<std::unique_ptr<Notes>> Notes::Load(SourceClient& client, SavedState& state, Timestamp now) {
  std::unique_ptr<Notes> notes(new Notes(client, state, now));
  TARN_ASSIGN(const Json saved, LoadNotes(state));
  if (saved.contains(kEndpoint) && saved[kEndpoint] == "tracks") notes->playlist_endpoint_ = "tracks";
  if (saved.contains(kSearchLimit) && saved[kSearchLimit].is_number_integer()) {
    notes->search_limit_ = saved[kSearchLimit].get<int64_t>();
  }
  if (saved.contains(kBatchesGone) && saved[kBatchesGone].is_object()) {
    for (const auto& [kind, when] : saved[kBatchesGone].items()) {
      if (when.is_number_integer()) notes->batches_gone_[kind] = when.get<int64_t>();
    }
  }
  return notes;
}

Status Notes::Save() {
  return UpdateNotes(client_, state_, [this](Json& notes) {
    notes[kEndpoint] = playlist_endpoint_;
    if (search_limit_ > 0) notes[kSearchLimit] = search_limit_;
    if (!batches_gone_.empty()) notes[kBatchesGone] = batches_gone_;
  });
}

std::string Notes::playlist_endpoint() const {
  const std::lock_guard lock(mutex_);
  return playlist_endpoint_;
}

Status Notes::SetPlaylistEndpoint(const std::string& endpoint) {
  const std::lock_guard lock(mutex_);
  if (playlist_endpoint_ == endpoint) return Ok();
  playlist_endpoint_ = endpoint;
  return Save();
}

int64_t Notes::search_limit() const {
  const std::lock_guard lock(mutex_);
  return search_limit_;
}

Status Notes::SetSearchLimit(int64_t limit) {
  const std::lock_guard lock(mutex_);
  if (search_limit_ == limit) return Ok();
  search_limit_ = limit;
  return Save();
}

bool Notes::BatchesAreGone(const std::string& kind) const {
  const std::lock_guard lock(mutex_);
  const auto gone = batches_gone_.find(kind);
  return gone != batches_gone_.end() && now_ - FromUnixMillis(gone->second) < kTryAgainAfter;
}

Status Notes::SetBatchesGone(const std::string& kind) {
  const std::lock_guard lock(mutex_);
  const int64_t now = ToUnixMillis(now_);
  const auto [gone, is_new] = batches_gone_.try_emplace(kind, now);
  if (!is_new && gone->second == now) return Ok();
  gone->second = now;
  return Save();
}

}  // namespace tarn::extract::spotify
