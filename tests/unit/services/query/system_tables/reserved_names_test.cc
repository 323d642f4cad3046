#include "services/query/system_tables/reserved_names.h"

#include <gtest/gtest.h>

namespace tarn::query {
namespace {

TEST(ReservedNames, AreReplacedWhereTheyNameADatabase) {
  const std::pair<const char*, const char*> cases[] = {
      {"SELECT * FROM system.runs", "SELECT * FROM syste_.runs"},
      {"FROM SYSTEM . runs", "FROM syste_ . runs"},
      {"FROM \"System\".\"runs\" r", "FROM \"syste_\".\"runs\" r"},
      {"SELECT system.runs.id FROM system/**/./*x*/runs", "SELECT syste_.runs.id FROM syste_/**/./*x*/runs"},
      {"FROM information_schema.tables", "FROM information_schem_.tables"},
  };
  for (const auto& [sql, expected] : cases) EXPECT_EQ(WithEngineDatabases(sql), expected);
}

TEST(ReservedNames, StayElsewhere) {
  const char* cases[] = {
      "SELECT system FROM a.b",
      "SELECT t.system.x FROM t",
      "SELECT 'system.runs'",
      "SELECT E'\\'system.runs'",
      "SELECT $$system.runs$$",
      "SELECT $a$ system.runs $b$ $a$",
      "SELECT 1 -- system.runs",
      "SELECT /* /* */ system.runs */ 1",
      "SELECT \"a\"\"system\".x",
      "FROM my_system.runs",
      "FROM systems.runs",
      "FROM ecosystem.runs",
      "SELECT 'it''s system.runs'",
      "SELECT $1, \"system.runs\"",
      "SELECT \"system",
      "SELECT '",
      "SELECT /*",
      "SELECT $",
      "system",
      "",
  };
  for (const char* sql : cases) EXPECT_EQ(WithEngineDatabases(sql), sql);
}

TEST(ReservedNames, AreFoundBehindParametersAndTexts) {
  EXPECT_EQ(WithEngineDatabases("SELECT $1, 'x' FROM system.runs WHERE a = $b"),
            "SELECT $1, 'x' FROM syste_.runs WHERE a = $b");
  EXPECT_EQ(WithEngineDatabases("SELECT 1 -- x\nFROM system.runs"), "SELECT 1 -- x\nFROM syste_.runs");
}

}  // namespace
}  // namespace tarn::query
