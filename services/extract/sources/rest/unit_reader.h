#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "services/extract/sources/rest/page_decoder.h"
#include "services/extract/sources/rest/page_look.h"
#include "services/extract/sources/rest/paginator.h"
#include "services/extract/sources/rest/unit.h"

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
  /// A page as it is in the store, or would be.
  struct Page {
    PageContent content;
    PageLook look;
    std::optional<PageToken> next;
    CursorTracker::Page cursors;  // of the records in `content`
    std::string request;
    std::unique_ptr<Slots::Held> connection{};  // of a large page, until it is stored
  };

  /// Whether anything is done with the records of a page after it is stored.
  bool NeedsRecords() const { return tracker_ || !fields_.empty(); }
  Status Prepare();
  Status ReadPages(const OnPage& on_page);
  Status ReadSideBySide(int64_t count, const OnPage& on_page);
  /// `received` counts the records before that page.
  Result<Page> Get(int64_t number, const PageToken& token, int64_t received);
  Result<Page> Restore(int64_t number, std::string stored, const PageToken& token);
  /// `in_any_case`: also if it is what it was in the last success.
  Result<Page> Fetch(int64_t number, const PageToken& token, bool in_any_case = false);
  /// What can say that the page is as it was, if it may be asked for so.
  const Validators* Known(const std::string& fingerprint) const;
  Status LeaveOut(Page& page) const;
  Status BeforeStore(int64_t number, Page& page);
  Status Store(int64_t number, Page& page);
  Status Take(int64_t number, const PageToken& token, Page page);
  Status CollectParents(const Page& page);
  Status CheckTotal() const;
  Result<RequestDraft> Draft(const PageToken& token) const;
  Error AtPage(const Error& error, int64_t number) const;

  RunFrame& frame_;
  Unit unit_;
  const std::vector<JsonPath> fields_;
  const int64_t connections_;
  const StreamOptions& stream_;
  const Paginator paginator_;
  const PageDecoder decoder_;
  const PageNotes notes_;
  std::unique_ptr<CursorTracker> tracker_;
  const bool provable_;  // its first page can show that nothing has changed
  bool needs_notes_ = false;

  UnitResult result_;
  PageLook first_, last_;
  std::optional<PageToken> next_;
  std::unordered_set<size_t> visited_;  // hashes of tokens
  std::optional<int64_t> total_;
  int64_t received_ = 0;
  std::atomic<int64_t> stored_ = 0;
  bool cut_short_ = false;  // by max_pages
};

}  // namespace tarn::extract::rest
