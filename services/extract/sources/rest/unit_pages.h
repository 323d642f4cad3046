#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "services/extract/sources/rest/page_decoder.h"
#include "services/extract/sources/rest/page_look.h"
#include "services/extract/sources/rest/paginator.h"
#include "services/extract/sources/rest/unit.h"

namespace tarn::extract::rest {

/// A page as it is in the store, or would be.
struct UnitPage {
  PageContent content;
  PageLook look;
  std::optional<PageToken> next;
  CursorTracker::Page cursors;  ///< of the records in `content`
  std::string request;
  std::unique_ptr<Slots::Held> connection{};  ///< of a large page, until it is stored
};

/// The pages of one unit: each is taken from the store, or fetched and stored. Threads may ask for different
/// pages at a time. What it is given must outlive it.
class UnitPages {
 public:
  struct How {
    const CursorTracker* tracker;  ///< null: there is no cursor
    bool needs_records;            ///< something is done with the records of a page after it is stored
    bool needs_notes;              ///< a stored page does not say all that was known of it when it came
  };
  UnitPages(RunFrame& frame, const Unit& unit, const Paginator& paginator, How how);

  /// Returns the page, which is durable then. `received` counts the records before it. Errors: as Api::Fetch
  /// and RunPages::Put; kUnprocessable for what is no page.
  Result<UnitPage> Get(int64_t number, const PageToken& token, int64_t received);

  /// How many were fetched and stored.
  int64_t stored() const { return stored_; }

 private:
  Result<UnitPage> Restore(int64_t number, std::string stored, const PageToken& token);
  Result<UnitPage> Fetch(int64_t number, const PageToken& token, bool in_any_case = false);
  const Validators* Known(const std::string& fingerprint) const;
  Status LeaveOut(UnitPage& page) const;
  Status BeforeStore(int64_t number, UnitPage& page);
  Status Store(int64_t number, UnitPage& page);
  Result<RequestDraft> Draft(const PageToken& token) const;

  RunFrame& frame_;
  const Unit& unit_;
  const StreamOptions& stream_;
  const Paginator& paginator_;
  const How how_;
  const PageDecoder decoder_;
  const PageNotes notes_;
  const bool provable_;  // the first page can show that nothing has changed
  std::atomic<int64_t> stored_ = 0;
};

}  // namespace tarn::extract::rest
