#include "services/extract/sources/rest/cursor_tracker.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/checksums/checksum.h"
#include "common/json/json.h"
#include "services/extract/sources/rest/json_scan.h"

namespace tarn::extract::rest {
namespace {

constexpr size_t kFingerprintBytes = 12;

long double OrderOf(Timestamp time) { return static_cast<long double>(ToUnixMillis(time)); }

}  // namespace

nlohmann::json ToJson(const CursorState& state) {
  nlohmann::json seen = nlohmann::json::object();
  for (const auto& [cursor, fingerprints] : state.seen) {
    for (const std::string& fingerprint : fingerprints) seen[cursor.text].push_back(fingerprint);
  }
  nlohmann::json value = {{"seen", std::move(seen)}};
  if (state.last) value["cursor"] = state.last->text;
  return value;
}

std::optional<CursorState> ReadCursorState(const nlohmann::json& value, CursorFormat format) {
  CursorState state;
  if (!value.is_object() || !value.contains("cursor") || !value["cursor"].is_string()) return std::nullopt;
  const auto last = ParseCursor(value["cursor"].get<std::string>(), format);
  if (!last.ok()) return std::nullopt;
  state.last = *last;
  const auto seen = value.find("seen");
  if (seen == value.end() || !seen->is_object()) return state;
  for (const auto& [text, fingerprints] : seen->items()) {
    const auto cursor = ParseCursor(text, format);
    if (!cursor.ok() || !fingerprints.is_array()) continue;
    for (const auto& fingerprint : fingerprints) {
      if (fingerprint.is_string()) state.seen[*cursor].insert(fingerprint.get<std::string>());
    }
  }
  return state;
}

CursorTracker::CursorTracker(const IncrementalOptions& options, CursorState saved,
                             std::optional<RunWindow> window, size_t max_seen)
    : options_(options),
      before_(std::move(saved)),
      window_(std::move(window)),
      max_seen_(max_seen),
      now_(before_) {
  for (const auto& [_, fingerprints] : now_.seen) seen_count_ += fingerprints.size();
}

std::optional<std::string> CursorTracker::Start() const {
  if (window_) return FormatCursor(OrderOf(window_->from), options_.format);
  std::optional<std::string> start;
  if (options_.start) start = options_.start->text;
  if (!before_.last) return start;
  if (options_.lag == 0) return before_.last->text;
  const long double from = before_.last->order - options_.lag;
  if (options_.start && from < options_.start->order) return start;
  return FormatCursor(from, options_.format);
}

std::string CursorTracker::End(Timestamp now) const {
  return FormatCursor(OrderOf(window_ ? window_->to : now), options_.format, true);
}

Result<CursorTracker::Page> CursorTracker::Read(const std::vector<std::string_view>& records) const {
  Page page;
  page.cursors.resize(records.size());
  page.left_out.resize(records.size());
  for (size_t i = 0; i < records.size(); ++i) {
    const auto value = ValueAt(records[i], options_.cursor);
    const auto text = value ? ScalarText(*value) : std::nullopt;
    if (!text) continue;
    TARN_ASSIGN(page.cursors[i], ParseCursor(*text, options_.format));
    const CursorValue& cursor = *page.cursors[i];
    if (window_) {
      page.left_out[i] = cursor.order < OrderOf(window_->from) || cursor.order >= OrderOf(window_->to);
    } else if (const auto near = before_.seen.find(cursor); near != before_.seen.end()) {
      page.left_out[i] = near->second.contains(Fingerprint(records[i]));
    }
    page.left_out_count += page.left_out[i];
  }
  return page;
}

void CursorTracker::Observe(const Page& page, const std::vector<std::string_view>& records) {
  if (window_) return;
  for (const auto& cursor : page.cursors) {
    if (cursor && (!now_.last || *now_.last < *cursor)) now_.last = cursor;
  }
  Forget();
  for (size_t i = 0; i < records.size(); ++i) {
    const auto& cursor = page.cursors[i];
    const bool near = cursor && (cursor->by_text ? !(*cursor < *now_.last)
                                                 : cursor->order >= now_.last->order - options_.lag);
    if (near) Remember(*cursor, Fingerprint(records[i]));
  }
}

/// The key's values, or without a key the whole record however its members are ordered and spaced.
std::string CursorTracker::Fingerprint(std::string_view record) const {
  std::string identity;
  for (const JsonPath& path : options_.key) {
    identity += std::string(ValueAt(record, path).value_or("")) + "\n";
  }
  if (options_.key.empty()) {
    const auto parsed = json::Parse(record);
    identity = parsed.ok() ? json::Dump(*parsed) : std::string(record);
  }
  return checksums::ToBase64(
      checksums::Compute(checksums::Algorithm::kSha256, identity).substr(0, kFingerprintBytes));
}

void CursorTracker::Remember(const CursorValue& cursor, std::string fingerprint) {
  seen_count_ += now_.seen[cursor].insert(std::move(fingerprint)).second;
  while (seen_count_ > max_seen_) {
    auto lowest = now_.seen.begin();
    lowest->second.erase(lowest->second.begin());
    --seen_count_;
    if (lowest->second.empty()) now_.seen.erase(lowest);
  }
}

/// Drops what lies before the last cursor less the lag: the next run does not ask for it.
void CursorTracker::Forget() {
  while (now_.last && !now_.seen.empty()) {
    const auto lowest = now_.seen.begin();
    const bool near = lowest->first.by_text ? !(lowest->first < *now_.last)
                                            : lowest->first.order >= now_.last->order - options_.lag;
    if (near) return;
    seen_count_ -= lowest->second.size();
    now_.seen.erase(lowest);
  }
}

}  // namespace tarn::extract::rest
