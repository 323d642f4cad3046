#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "common/result/result.h"
#include "services/extract/sources/rest/validators.h"

namespace tarn::extract::rest {

/// What must be known of a page to go on after it.
struct PageLook {
  int64_t received = 0;  ///< records that the source sent
  std::optional<int64_t> total, total_pages;
  std::optional<bool> has_more;
  std::string next;          ///< the link or cursor; empty: there is none
  uint64_t fingerprint = 0;  ///< of the records; 0: there are none
  bool end = false;          ///< nothing was there, so nothing follows
  bool stored = true;        ///< false: it had nothing to store
  bool unchanged = false;    ///< the source says that it is as it was in the last success
  Validators validators;     ///< of a first page
  std::string content_hash;  ///< of what is stored, if there are validators
};

/// Keeps what cannot be read from the stored page again - what stood in a header, or in records that were
/// left out - in the run's own directory, so that an interrupted run goes on. Any thread, for different
/// pages.
class PageNotes {
 public:
  /// `unit` names what is read: notes of others in `directory` are told apart by it. An empty directory:
  /// nothing is kept.
  PageNotes(std::filesystem::path directory, const std::string& unit);

  /// Nothing if there is no note that is whole.
  std::optional<PageLook> Load(int64_t page) const;
  /// Errors: kResourceExhausted, kInternal.
  Status Save(int64_t page, const PageLook& look) const;

 private:
  std::filesystem::path FileOf(int64_t page) const;

  const std::filesystem::path directory_;
  std::string prefix_;
};

}  // namespace tarn::extract::rest
