#include "common/object_store/object_table.h"

#include <algorithm>

#include "common/object_store/key_order.h"
#include "common/object_store/object_columns.h"

namespace tarn::object_store {
namespace {

std::string SelectObjects(const std::string& condition) {
  return std::string("SELECT ") + kObjectColumns + ", " + kStoredColumns + " FROM objects WHERE bucket = ?1 " + condition;
}

// Collects one page; stops looking at the item after the last that fits, which tells whether there is more.
class PageBuilder {
 public:
  explicit PageBuilder(const ListRequest& request) : request_(request) {}

  bool full() const { return Count() >= request_.limit; }

  void Add(ObjectInfo object) {
    page_.next_after = object.key;
    page_.objects.push_back(std::move(object));
  }
  void AddGroup(const std::string& group) {
    page_.next_after = group;
    page_.common_prefixes.push_back(group);
  }

  ListPage Truncated() && {
    page_.truncated = true;
    return std::move(page_);
  }
  ListPage Complete() && {
    page_.next_after.clear();
    return std::move(page_);
  }

 private:
  int64_t Count() const { return static_cast<int64_t>(page_.objects.size() + page_.common_prefixes.size()); }

  const ListRequest& request_;
  ListPage page_;
};

}  // namespace

Result<std::optional<IndexedObject>> FindObject(sqlite::Database& index, const std::string& bucket,
                                                const std::string& key) {
  static const std::string kSelect = SelectObjects("AND key = ?2");
  TARN_ASSIGN(auto select, index.Prepare(kSelect));
  TARN_ASSIGN(const bool found, select.Bind(1, bucket).Bind(2, key).Step());
  if (!found) return std::optional<IndexedObject>();
  return std::optional(ReadIndexed(select, 0));
}

Status StoreObject(sqlite::Database& index, const IndexedObject& object) {
  static const std::string kInsert = std::string("INSERT OR REPLACE INTO objects (") + kObjectColumns + ", " + kStoredColumns +
                                     ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
  TARN_ASSIGN(auto insert, index.Prepare(kInsert));
  BindIndexed(insert, 1, object);
  return insert.Run();
}

Status EraseObject(sqlite::Database& index, const std::string& bucket, const std::string& key) {
  TARN_ASSIGN(auto erase, index.Prepare("DELETE FROM objects WHERE bucket = ?1 AND key = ?2"));
  return erase.Bind(1, bucket).Bind(2, key).Run();
}

Result<std::optional<std::string>> FindKeyInTheWay(sqlite::Database& index, const std::string& bucket,
                                                   const std::string& key) {
  for (size_t slash = key.find('/'); slash != std::string::npos; slash = key.find('/', slash + 1)) {
    const std::string parent = key.substr(0, slash);
    TARN_ASSIGN(auto above, index.Prepare("SELECT 1 FROM objects WHERE bucket = ?1 AND key = ?2"));
    TARN_ASSIGN(const bool found, above.Bind(1, bucket).Bind(2, parent).Step());
    if (found) return std::optional(parent);
  }
  TARN_ASSIGN(auto below,
              index.Prepare("SELECT key FROM objects WHERE bucket = ?1 AND key >= ?2 AND key < ?3 ORDER BY key LIMIT 1"));
  TARN_ASSIGN(const bool found, below.Bind(1, bucket).Bind(2, key + "/").Bind(3, EndOfPrefix(key + "/")).Step());
  if (found) return std::optional(below.Text(0));
  return std::optional<std::string>();
}

Result<std::vector<IndexedObject>> NextObjects(sqlite::Database& index, const std::string& bucket,
                                               const std::string& after, int64_t limit) {
  static const std::string kSelect = SelectObjects("AND key > ?2 ORDER BY key LIMIT ?3");
  TARN_ASSIGN(auto select, index.Prepare(kSelect));
  select.Bind(1, bucket).Bind(2, after).Bind(3, limit);
  std::vector<IndexedObject> objects;
  for (;;) {
    TARN_ASSIGN(const bool found, select.Step());
    if (!found) return objects;
    objects.push_back(ReadIndexed(select, 0));
  }
}

Result<ListPage> ListObjects(sqlite::Database& index, const ListRequest& request) {
  static const std::string kSelect = SelectObjects("AND key >= ?2 AND key < ?3 ORDER BY key");
  if (request.limit < 0) return Error(Code::kInvalidArgument, "a listing's limit is 0 or more").At("limit");
  PageBuilder page(request);
  if (request.limit == 0) return std::move(page).Complete();
  const std::string end = EndOfPrefix(request.prefix);
  // Each round seeks: behind a group there may be millions of keys that stand for nothing but the group.
  for (std::string from = std::max(request.prefix, request.after);;) {
    TARN_ASSIGN(auto select, index.Prepare(kSelect));
    select.Bind(1, request.bucket).Bind(2, from).Bind(3, end);
    std::string group;
    while (group.empty()) {
      TARN_ASSIGN(const bool found, select.Step());
      if (!found) return std::move(page).Complete();
      ObjectInfo object = ReadIndexed(select, 0).info;
      if (group = GroupOf(object.key, request.prefix, request.delimiter); !group.empty()) break;
      if (object.key == request.after) continue;
      if (page.full()) return std::move(page).Truncated();
      page.Add(std::move(object));
    }
    if (group > request.after) {
      if (page.full()) return std::move(page).Truncated();
      page.AddGroup(group);
    }
    from = EndOfPrefix(group);
  }
}

}  // namespace tarn::object_store
