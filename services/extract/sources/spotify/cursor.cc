#include "services/extract/sources/spotify/cursor.h"

#include <nlohmann/json.hpp>

#include "common/json/json.h"

namespace tarn::extract::spotify {
namespace {

using Json = nlohmann::json;

// Versions of lists that are no longer asked for are dropped some day.
constexpr size_t kMaxSeen = 10'000;

std::string ReadAs(const Options& options) {
  return "market=" + options.market + ";page_size=" + std::to_string(options.page_size) +
         ";albums=" + std::to_string(options.albums) + ";artists=" + std::to_string(options.artists) +
         ";tracks=" + std::to_string(options.tracks);
}

std::string Text(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

}  // namespace

Result<Cursor> Cursor::Load(SavedState& state, const Options& options) {
  Cursor cursor;
  cursor.read_as_ = ReadAs(options);
  TARN_ASSIGN(const std::string text, state.LoadCursor());
  const auto saved = json::Parse(text);
  if (!saved.ok() || !saved->is_object()) return cursor;
  const auto after = saved->find("recently_played_after");
  if (after != saved->end() && after->is_number_integer())
    cursor.recently_played_after = after->get<int64_t>();
  const auto versions = saved->find("versions");
  if (versions == saved->end() || !versions->is_object()) return cursor;
  for (const auto& [stream, seen] : versions->items()) {
    if (seen.is_object()) cursor.seen_[stream] = {Text(seen, "version"), Text(seen, "read_as")};
  }
  return cursor;
}

std::string Cursor::VersionOf(const std::string& stream) const {
  const auto seen = seen_.find(stream);
  return seen != seen_.end() && seen->second.read_as == read_as_ ? seen->second.version : "";
}

void Cursor::SetVersion(const std::string& stream, const std::string& version) {
  if (seen_.size() >= kMaxSeen && !seen_.contains(stream)) seen_.clear();
  seen_[stream] = {version, read_as_};
}

void Cursor::StageIn(SavedState& state) const {
  Json versions = Json::object();
  for (const auto& [stream, seen] : seen_) {
    versions[stream] = {{"version", seen.version}, {"read_as", seen.read_as}};
  }
  Json cursor = {{"versions", versions}};
  if (recently_played_after) cursor["recently_played_after"] = *recently_played_after;
  state.StageCursor(json::Dump(cursor));
}

}  // namespace tarn::extract::spotify
