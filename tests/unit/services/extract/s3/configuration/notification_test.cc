#include "services/extract/s3/configuration/notification.h"

#include "tests/unit/services/extract/s3/wire/wire_request.h"

namespace tarn::extract::s3 {
namespace {

constexpr char kQueue[] =
    "<NotificationConfiguration><QueueConfiguration><Id>q</Id><Queue>arn:aws:sqs:us-east-1:0:jobs</Queue>"
    "<Event>s3:ObjectCreated:*</Event><Event>s3:ObjectRemoved:Delete</Event><Filter><S3Key>"
    "<FilterRule><Name>prefix</Name><Value>raw/</Value></FilterRule>"
    "<FilterRule><Name>Suffix</Name><Value>.json</Value></FilterRule></S3Key></Filter></QueueConfiguration>"
    "<EventBridgeConfiguration/></NotificationConfiguration>";

TEST(Notification, RendersWhatItReads) {
  const auto read = NotificationConfiguration::Parse(kQueue);
  ASSERT_THAT(read, IsS3Ok());
  ASSERT_EQ(read->targets.size(), 1u);
  EXPECT_EQ(read->targets[0].kind, NotificationTarget::Kind::kQueue);
  EXPECT_EQ(read->targets[0].prefix, "raw/");
  EXPECT_EQ(read->targets[0].suffix, ".json");
  EXPECT_TRUE(read->event_bridge);
  const auto again = NotificationConfiguration::Parse(read->Render());
  ASSERT_THAT(again, IsS3Ok());
  EXPECT_EQ(again->Render(), read->Render());
}

TEST(Notification, MatchesEventsByNameOrWildcard) {
  const auto read = NotificationConfiguration::Parse(kQueue);
  ASSERT_THAT(read, IsS3Ok());
  const NotificationTarget& target = read->targets[0];
  EXPECT_TRUE(target.Wants("s3:ObjectCreated:Put"));
  EXPECT_TRUE(target.Wants("s3:ObjectRemoved:Delete"));
  EXPECT_FALSE(target.Wants("s3:ObjectRemoved:DeleteMarkerCreated"));
}

TEST(Notification, MayBeEmpty) {
  const auto read = NotificationConfiguration::Parse("<NotificationConfiguration/>");
  ASSERT_THAT(read, IsS3Ok());
  EXPECT_TRUE(read->targets.empty());
}

TEST(Notification, RefusesUnknownEventsTargetsAndFilters) {
  const auto with = [](const std::string& inside) {
    return "<NotificationConfiguration><TopicConfiguration>" + inside +
           "</TopicConfiguration></NotificationConfiguration>";
  };
  const std::string topic = "<Topic>arn:aws:sns:us-east-1:0:t</Topic>",
                    event = "<Event>s3:ObjectCreated:Put</Event>";
  EXPECT_THAT(NotificationConfiguration::Parse(with(topic + event)), IsS3Ok());
  EXPECT_THAT(NotificationConfiguration::Parse(with(topic)), IsS3Error(S3Code::kInvalidArgument));
  EXPECT_THAT(NotificationConfiguration::Parse(with(event)), IsS3Error(S3Code::kInvalidArgument));
  EXPECT_THAT(NotificationConfiguration::Parse(with(topic + "<Event>s3:Nothing</Event>")),
              IsS3Error(S3Code::kInvalidArgument));
  EXPECT_THAT(NotificationConfiguration::Parse(with(topic + event +
                                                    "<Filter><S3Key><FilterRule><Name>infix</Name>"
                                                    "<Value>a</Value></FilterRule></S3Key></Filter>")),
              IsS3Error(S3Code::kInvalidArgument));
  EXPECT_THAT(
      NotificationConfiguration::Parse("<NotificationConfiguration><Pigeon/></NotificationConfiguration>"),
      IsS3Error(S3Code::kMalformedXml));
}

}  // namespace
}  // namespace tarn::extract::s3
