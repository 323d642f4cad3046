#include "services/extract/sources/rest/paginator.h"

#include <algorithm>

#include "common/http_client/url.h"
#include "services/extract/sources/rest/shown_text.h"

namespace tarn::extract::rest {

using Type = PaginatorOptions::Type;

bool Paginator::FollowsTokens() const {
  return options_.type == Type::kNextLink || options_.type == Type::kLinkHeader ||
         options_.type == Type::kHeaderCursor || options_.type == Type::kBodyCursor;
}

bool Paginator::NeedsHeaders() const {
  return options_.type == Type::kLinkHeader || options_.type == Type::kHeaderCursor ||
         !options_.total_header.empty();
}

bool Paginator::IsLast(const PageToken& current, const PageLook& look, int64_t received) const {
  if (look.end || options_.type == Type::kSingle) return true;
  if (look.has_more == false) return true;
  if (options_.stop_on_empty_page && look.received == 0) return true;
  if (FollowsTokens()) return look.next.empty();
  if (look.total && received >= *look.total) return true;
  return look.total_pages && current.position - options_.start + 1 >= *look.total_pages;
}

Result<std::optional<PageToken>> Paginator::Next(const PageToken& current, const std::string& url,
                                                 const PageLook& look, int64_t received) const {
  if (IsLast(current, look, received)) return std::optional<PageToken>();
  if (options_.type == Type::kOffset) {
    // A source may cap the size of its pages: what it sent counts, not what was asked for.
    return std::optional(PageToken{"", current.position + look.received});
  }
  if (options_.type == Type::kPage) return std::optional(PageToken{"", current.position + 1});
  if (options_.type == Type::kHeaderCursor || options_.type == Type::kBodyCursor) {
    return std::optional(PageToken{look.next, 0});
  }
  auto link = http_client::ResolveUrl(url, look.next);
  if (!link.ok()) {
    return Error(Code::kUnprocessable,
                 "the link to the next page is no http or https URL: " + ShownText(look.next, 100));
  }
  return std::optional(PageToken{*std::move(link), 0});
}

void Paginator::Apply(const PageToken& token, RequestDraft& draft) const {
  switch (options_.type) {
    case Type::kSingle:
      return;
    case Type::kNextLink:
    case Type::kLinkHeader:
      if (token.value.empty()) return;
      draft.url = token.value;
      draft.params.clear();
      return;
    case Type::kHeaderCursor:
    case Type::kBodyCursor:
      if (!token.value.empty()) draft.Set(options_.in, options_.param, token.value, false);
      return;
    case Type::kOffset:
    case Type::kPage:
      draft.Set(options_.in, options_.param, std::to_string(token.position), true);
      if (!options_.limit_param.empty())
        draft.Set(options_.in, options_.limit_param, std::to_string(options_.limit), true);
      return;
  }
}

std::optional<int64_t> Paginator::PagesAfter(const PageLook& first) const {
  if (first.received == 0 || first.has_more == false || first.end) return std::nullopt;
  if (options_.type == Type::kPage && first.total_pages) return std::max<int64_t>(0, *first.total_pages - 1);
  const bool counts = options_.type == Type::kOffset || options_.type == Type::kPage;
  if (!counts || !first.total) return std::nullopt;
  const int64_t left = std::max<int64_t>(0, *first.total - first.received);
  return left / first.received + (left % first.received != 0);
}

PageToken Paginator::At(int64_t number, const PageLook& first) const {
  const int64_t step = options_.type == Type::kOffset ? first.received : 1;
  return {"", options_.start + number * step};
}

std::optional<int64_t> Paginator::Expected(int64_t number, const PageLook& first,
                                           const PageLook& page) const {
  const std::optional<int64_t> total = page.total ? page.total : first.total;
  if (!total) return std::nullopt;
  return std::clamp<int64_t>(*total - number * first.received, 0, first.received);
}

}  // namespace tarn::extract::rest
