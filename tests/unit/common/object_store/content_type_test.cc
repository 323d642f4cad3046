#include "common/object_store/content_type.h"

#include <gtest/gtest.h>

#include <utility>

namespace tarn::object_store {
namespace {

TEST(ContentType, IsGuessedFromTheEndOfTheName) {
  const std::pair<const char*, const char*> cases[] = {{"a/b.json", "application/json"},
                                                       {"A.CSV", "text/csv"},
                                                       {"day=1/part-0.parquet", "application/vnd.apache.parquet"},
                                                       {"x.json.gz", "application/gzip"},
                                                       {"events.ndjson", "application/x-ndjson"},
                                                       {"none", "application/octet-stream"},
                                                       {"dir.json/none", "application/octet-stream"},
                                                       {".json", "application/octet-stream"},
                                                       {"end.", "application/octet-stream"},
                                                       {"what.ever", "application/octet-stream"}};
  for (const auto& [key, type] : cases) EXPECT_EQ(GuessContentType(key), type) << key;
}

}  // namespace
}  // namespace tarn::object_store
