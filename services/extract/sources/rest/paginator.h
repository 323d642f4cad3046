#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "services/extract/sources/rest/options.h"
#include "services/extract/sources/rest/page_look.h"
#include "services/extract/sources/rest/request_draft.h"

namespace tarn::extract::rest {

/// Which page a request is for.
struct PageToken {
  std::string value;     ///< of a link (resolved) or cursor; empty for the first page
  int64_t position = 0;  ///< of an offset or page number
};

/// Knows the way from page to page of one stream. Thread-safe.
class Paginator {
 public:
  explicit Paginator(const PaginatorOptions& options) : options_(options) {}

  PageToken First() const { return {"", options_.start}; }

  /// The page after `current`, which was read from `url`; nothing if that was the last one. `received` counts
  /// the records up to and with that page. Errors: kUnprocessable for a link that is no URL.
  Result<std::optional<PageToken>> Next(const PageToken& current, const std::string& url,
                                        const PageLook& look, int64_t received) const;

  /// Makes `draft`, a request for the first page, one for the page of that token.
  void Apply(const PageToken& token, RequestDraft& draft) const;

  /// How many pages follow the first one, if it tells; else nothing. Then their tokens are known without
  /// reading them.
  std::optional<int64_t> PagesAfter(const PageLook& first) const;
  /// The token of page `number` > 0.
  PageToken At(int64_t number, const PageLook& first) const;
  /// How many records that page must have.
  std::optional<int64_t> Expected(int64_t number, const PageLook& first, const PageLook& page) const;

  /// Whether the way is by links or cursors, which may lead in a circle.
  bool FollowsTokens() const;
  /// Whether it is by what stands in headers, which a stored page does not show.
  bool NeedsHeaders() const;

 private:
  bool IsLast(const PageToken& current, const PageLook& look, int64_t received) const;

  const PaginatorOptions& options_;
};

}  // namespace tarn::extract::rest
