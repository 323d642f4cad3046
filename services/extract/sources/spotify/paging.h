#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/json/pull.h"
#include "common/result/result.h"

namespace tarn::extract::spotify {

/// What a paging object says of itself.
struct Paging {
  bool has_items = false;  ///< it is an object whose `items` is an array
  int64_t records = 0;     ///< elements of `items`
  std::optional<int64_t> total;
  std::optional<int64_t> limit;
  std::optional<int64_t> offset;
  std::string next;  ///< the URL of the next page, empty on the last
  std::string_view first_item;
};

/// Reads the paging object that comes next. `on_item()` must read or skip one element; `on_member(name)` one
/// of the other members.
template <class OnItem, class OnMember>
Paging ReadPaging(json::PullReader& in, OnItem&& on_item, OnMember&& on_member) {
  Paging paging;
  if (!in.AtObject()) {
    in.Skip();
    return paging;
  }
  in.Object([&](std::string_view name) {
    if (name == "items" && in.AtArray()) {
      paging.has_items = true;
      paging.records = 0;
      in.Array([&] {
        const size_t start = in.Position();
        on_item();
        if (paging.records++ == 0) paging.first_item = in.Since(start);
      });
    } else if (name == "total") {
      paging.total = in.Integer();
    } else if (name == "limit") {
      paging.limit = in.Integer();
    } else if (name == "offset") {
      paging.offset = in.Integer();
    } else if (name == "next") {
      paging.next = in.String().value_or("");
    } else {
      on_member(name);
    }
  });
  return paging;
}

template <class OnItem>
Paging ReadPaging(json::PullReader& in, OnItem&& on_item) {
  return ReadPaging(in, on_item, [&in](std::string_view) { in.Skip(); });
}

/// The number that the query parameter `name` of a URL holds.
std::optional<int64_t> QueryNumber(const std::string& url, std::string_view name);

}  // namespace tarn::extract::spotify
