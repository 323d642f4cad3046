#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "common/http/paging.h"

namespace tarn::catalog {

/// Renders one page of a listing that was read with limit + 1, so that it is known whether there are more.
/// `position(item)` is what the next page starts after.
template <class Item, class ToJson, class Position>
http::Response RenderPage(std::vector<Item> items, int64_t limit, ToJson to_json, Position position) {
  const bool more = static_cast<int64_t>(items.size()) > limit;
  if (more) items.resize(static_cast<size_t>(limit));
  nlohmann::json array = nlohmann::json::array();
  for (const Item& item : items) array.push_back(to_json(item));
  return http::PageResponse(std::move(array), more ? position(items.back()) : "");
}

}  // namespace tarn::catalog
