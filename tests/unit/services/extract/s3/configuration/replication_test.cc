#include "services/extract/s3/configuration/replication.h"

#include "tests/unit/services/extract/s3/wire/wire_request.h"

namespace tarn::extract::s3 {
namespace {

std::string Rule(const std::string& id, int priority, const std::string& prefix,
                 const std::string& destination, const std::string& status = "Enabled") {
  return "<Rule><ID>" + id + "</ID><Priority>" + std::to_string(priority) + "</Priority><Status>" + status +
         "</Status><Filter><Prefix>" + prefix +
         "</Prefix></Filter><DeleteMarkerReplication><Status>Disabled</Status>"
         "</DeleteMarkerReplication><Destination><Bucket>" +
         destination + "</Bucket></Destination></Rule>";
}

std::string Document(const std::string& rules) {
  return "<ReplicationConfiguration><Role>r</Role>" + rules + "</ReplicationConfiguration>";
}

TEST(Replication, RendersWhatItReads) {
  const auto read = ReplicationConfiguration::Parse(Document(Rule("a", 2, "raw/", "arn:aws:s3:::copy")));
  ASSERT_THAT(read, IsS3Ok());
  EXPECT_EQ(read->role, "r");
  EXPECT_EQ(read->rules[0].destination_bucket, "copy");
  EXPECT_EQ(read->rules[0].replicate_delete_markers, false);
  EXPECT_FALSE(read->rules[0].replicate_existing_objects);
  const auto again = ReplicationConfiguration::Parse(read->Render());
  ASSERT_THAT(again, IsS3Ok());
  EXPECT_EQ(again->Render(), read->Render());
}

TEST(Replication, TakesTheRuleOfTheGreatestPriorityForEachDestination) {
  const auto read = ReplicationConfiguration::Parse(Document(
      Rule("low", 1, "", "arn:aws:s3:::one") + Rule("high", 9, "raw/", "arn:aws:s3:::one") +
      Rule("other", 5, "", "arn:aws:s3:::two") + Rule("off", 10, "", "arn:aws:s3:::three", "Disabled")));
  ASSERT_THAT(read, IsS3Ok());
  object_store::ObjectInfo object;
  object.key = "raw/x";
  const auto rules = read->RulesFor(object);
  ASSERT_EQ(rules.size(), 2u);
  EXPECT_EQ(rules[0]->id, "high");
  EXPECT_EQ(rules[1]->id, "other");
  object.key = "else";
  EXPECT_EQ(read->RulesFor(object).back()->id, "low");
}

TEST(Replication, RefusesWhatMakesNoSense) {
  const std::pair<std::string, S3Code> cases[] = {
      {Document(""), S3Code::kMalformedXml},
      {Document(Rule("a", 1, "", "copy")), S3Code::kInvalidArgument},
      {Document(Rule("a", 1, "", "arn:aws:s3:::")), S3Code::kInvalidArgument},
      {Document(Rule("a", 1, "", "arn:aws:s3:::b", "Sometimes")), S3Code::kMalformedXml},
      {Document(Rule("a", 1, "", "arn:aws:s3:::b") + Rule("a", 2, "", "arn:aws:s3:::c")),
       S3Code::kInvalidArgument},
  };
  for (const auto& [document, code] : cases) {
    EXPECT_THAT(ReplicationConfiguration::Parse(document), IsS3Error(code)) << document;
  }
}

}  // namespace
}  // namespace tarn::extract::s3
