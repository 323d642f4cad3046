// Text that the engine does not read as it is: cataloged, and read with the right values.
#include <gmock/gmock.h>

#include <fstream>

#include "tests/sql/evolution/evolving_table.h"
#include "tests/support/result_matchers.h"

namespace tarn::catalog {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// A file of the inference's tests.
std::string Sample(const std::string& name) {
  std::ifstream in(std::string(TARN_INFERENCE_DATA) + "/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string Utf16Be(std::u16string_view text) {
  std::string bytes = "\xfe\xff";
  for (const char16_t unit : text) {
    bytes += static_cast<char>(unit >> 8);
    bytes += static_cast<char>(unit & 0xff);
  }
  return bytes;
}

class DecodedText : public testing::Test {
 protected:
  // What the query answers, or what is wrong.
  std::string Read(const std::string& sql) {
    const auto report = table_.Commit({});
    if (!report.ok()) return report.error().message();
    const auto rows = table_.Query(sql);
    return rows.ok() ? *rows : rows.error().message();
  }

  EvolvingTable table_{false};
};

TEST_F(DecodedText, PackedWithBzip2OrZipIsRead) {
  const std::string rows = "[50,1225,\"Anna Meyer\",\"2024-01-28\"]\n";
  const char* sql = "SELECT count(*), sum(id)::BIGINT, min(name), max(\"when\")::VARCHAR FROM t";
  for (const auto& [name, sample] :
       {std::pair("a.csv.bz2", "packed.csv.bz2"), std::pair("a.csv.zip", "packed.zip"),
        std::pair("b.csv.zip", "stored.zip"), std::pair("gzip.csv", "packed.csv.gz")}) {
    SCOPED_TRACE(sample);
    EvolvingTable table(false);
    table.Write(name, Sample(sample));
    ASSERT_THAT(table.Commit({}), IsOk());
    EXPECT_THAT(table.Schema(), ElementsAre("id BIGINT", "name VARCHAR", "when DATE"));
    const auto answer = table.Query(sql);
    ASSERT_THAT(answer, IsOk());
    EXPECT_EQ(*answer, rows);
  }
}

TEST_F(DecodedText, FilesOfAllKindsAreOneTable) {
  table_.Write("plain.csv", "id,name\n1,caf\u00e9\n");
  table_.Write("windows.csv", "id,name\n2,\x93quoted\x94 \x80\n3,caf\xe9\n");
  table_.Write("big_endian.csv", Utf16Be(u"id,name\n4,caf\u00e9 \U0001f600\n"));
  table_.Write("notes.csv", "id,name\n5,e\n6,f\n\nSource: the office of x\nAll rights reserved\n");
  EXPECT_EQ(Read("SELECT id, name FROM t ORDER BY id"),
            "[1,\"caf\u00e9\"]\n[2,\"\u201cquoted\u201d \u20ac\"]\n[3,\"caf\u00e9\"]\n[4,\"caf\u00e9 "
            "\U0001f600\"]\n"
            "[5,\"e\"]\n[6,\"f\"]\n");
}

TEST_F(DecodedText, PlainTextUnderANameOfPackedTextIsRead) {
  table_.Write("a.csv.gz", "id,name\n1,a\n");
  table_.Write("b.json.zst", "{\"id\": 2, \"name\": \"b\"}\n");
  EXPECT_EQ(Read("SELECT id, name FROM t ORDER BY id"), "[1,\"a\"]\n[2,\"b\"]\n");
}

TEST_F(DecodedText, AReplacedFileIsDecodedAnew) {
  table_.Write("a.csv", "id,name\n1,\x80\n");
  EXPECT_EQ(Read("SELECT name FROM t"), "[\"\u20ac\"]\n");
  table_.Write("a.csv", "id,name\n1,\x85\n");
  EXPECT_EQ(Read("SELECT name FROM t"), "[\"\u2026\"]\n");
}

TEST_F(DecodedText, JsonInUtf16IsRead) {
  table_.Write("a.json", Utf16Be(u"[{\"id\": 1, \"name\": \"\u00e9\"}]"));
  EXPECT_EQ(Read("SELECT * FROM t"), "[1,\"\u00e9\"]\n");
}

TEST_F(DecodedText, WhatCannotBeDecodedSaysWhy) {
  table_.Write("a.csv.bz2", Sample("packed.csv.bz2").substr(0, 200));
  EXPECT_THAT(Read("SELECT 1"), HasSubstr("truncated"));
}

}  // namespace
}  // namespace tarn::catalog
