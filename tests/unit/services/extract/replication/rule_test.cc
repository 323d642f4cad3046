#include "services/extract/replication/rule.h"

#include <gtest/gtest.h>

#include "tests/unit/services/extract/replication/replication_lab.h"

namespace tarn::extract {
namespace {

object_store::ObjectInfo Object(const std::string& key, std::map<std::string, std::string> tags = {}) {
  object_store::ObjectInfo object;
  object.key = key;
  object.attributes.tags = std::move(tags);
  return object;
}

TEST(ReplicationRules, AreReadFromTheDocumentOfS3) {
  const auto rules = ParseReplicationRules(
      RuleXml("offsite", "<Filter><And><Prefix>a/</Prefix><Tag><Key>k</Key><Value>v</Value></Tag></And></Filter>"));
  ASSERT_THAT(rules, IsOk());
  ASSERT_EQ(rules->size(), 1u);
  const ReplicationRule& rule = rules->front();
  EXPECT_EQ(rule.id, "all");
  EXPECT_EQ(rule.target, "offsite");
  EXPECT_TRUE(rule.delete_markers);
  EXPECT_TRUE(rule.Matches(Object("a/b", {{"k", "v"}, {"x", "y"}})));
  EXPECT_FALSE(rule.Matches(Object("a/b", {{"k", "w"}})));
  EXPECT_FALSE(rule.Matches(Object("b", {{"k", "v"}})));
}

TEST(ReplicationRules, OfTheOlderFormHaveTheirPrefixInTheRule) {
  const auto rules = ParseReplicationRules(RuleXml("offsite", "<Prefix>a/</Prefix>"));
  ASSERT_THAT(rules, IsOk());
  EXPECT_TRUE(rules->front().Matches(Object("a/b")));
  EXPECT_FALSE(rules->front().Matches(Object("b")));
}

TEST(ReplicationRules, ThatAreNoneAreRefused) {
  for (const char* text : {"", "<a/>", "no", "<ReplicationConfiguration><Rule/></ReplicationConfiguration>"}) {
    EXPECT_THAT(ParseReplicationRules(text), HasError(Code::kInvalidArgument, "")) << text;
  }
}

TEST(ReplicationRules, CountOncePerTargetByPriority) {
  const auto rule = [](const std::string& id, int64_t priority, bool enabled, const std::string& target) {
    return ReplicationRule{id, priority, enabled, "", {}, target, false};
  };
  const auto matching = RulesFor(Object("k"), {rule("low", 1, true, "a"), rule("high", 2, true, "a"),
                                             rule("other", 0, true, "b"), rule("off", 9, false, "a")});
  ASSERT_EQ(matching.size(), 2u);
  EXPECT_EQ(matching[0].id, "high");
  EXPECT_EQ(matching[1].id, "other");
}

}  // namespace
}  // namespace tarn::extract
