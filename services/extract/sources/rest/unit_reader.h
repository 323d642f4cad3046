#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "services/extract/sources/rest/page_look.h"
#include "services/extract/sources/rest/paginator.h"
#include "services/extract/sources/rest/unit.h"
#include "services/extract/sources/rest/unit_pages.h"

namespace tarn::extract::rest {

/// Reads all pages of one unit into raw pages, going on after those that are there already. One thread at a
/// time; it starts threads of its own to fetch pages side by side.
class UnitReader {
 public:
  /// `fields` are what children need of each record. `connections`: how many pages it may fetch at a time.
  UnitReader(RunFrame& frame, Unit unit, std::vector<JsonPath> fields, int64_t connections);

  /// Called after pages with the part that is done, in [0, 1], as far as that is known.
  using OnPage = std::function<void(double fraction)>;

  /// A failure that concerns this unit alone is in the result. Errors: those that end the run (see EndsRun).
  Result<UnitResult> Read(const OnPage& on_page);

 private:
  void Prepare();
  bool TakeUpCursor();
  Status ReadPages(const OnPage& on_page);
  Status ReadSideBySide(int64_t count, const OnPage& on_page);
  Status Take(int64_t number, UnitPage page);
  Status CollectParents(const UnitPage& page);
  Status CheckTotal() const;
  Error AtPage(const Error& error, int64_t number) const;

  RunFrame& frame_;
  Unit unit_;
  const std::vector<JsonPath> fields_;
  const int64_t connections_;
  const StreamOptions& stream_;
  const Paginator paginator_;
  std::unique_ptr<CursorTracker> tracker_;
  std::unique_ptr<UnitPages> pages_;

  UnitResult result_;
  PageLook first_, last_;
  std::optional<PageToken> next_;
  std::unordered_set<size_t> visited_;  // hashes of tokens
  std::optional<int64_t> total_;
  int64_t received_ = 0;
  bool cut_short_ = false;  // by max_pages
};

}  // namespace tarn::extract::rest
