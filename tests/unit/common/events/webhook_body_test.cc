#include "common/events/webhook_body.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "common/events/webhook.h"
#include "common/json/json.h"
#include "tests/support/result_matchers.h"

namespace tarn::events {
namespace {

using object_store::Event;

Event SampleEvent() {
  Event event;
  event.sequence = 42;
  event.id = "01event";
  event.operation = "put";
  event.object.bucket = "raw";
  event.object.key = "raw_data/to_processed/spotify_raw_2024-09-11 11:35:15.json";
  event.object.version = "01version";
  event.object.size_bytes = 7;
  event.object.etag = "0123abcd";
  event.commit_id = "01commit";
  event.writer = "extract";
  event.time = FromUnixMillis(1'700'000'000'456);
  return event;
}

nlohmann::json Record(const Event& event) { return json::Parse(ToS3Notification(event, "mine")).value()["Records"][0]; }

TEST(S3Notification, IsARecordOfVersion2_1) {
  const auto record = Record(SampleEvent());
  EXPECT_EQ(record["eventVersion"], "2.1");
  EXPECT_EQ(record["eventSource"], "aws:s3");
  EXPECT_EQ(record["eventName"], "ObjectCreated:Put");
  EXPECT_EQ(record["eventTime"], "2023-11-14T22:13:20.456Z");
  EXPECT_EQ(record["s3"]["s3SchemaVersion"], "1.0");
  EXPECT_EQ(record["s3"]["configurationId"], "mine");
  EXPECT_EQ(record["s3"]["bucket"]["name"], "raw");
  EXPECT_EQ(record["s3"]["bucket"]["arn"], "arn:aws:s3:::raw");
  const auto& object = record["s3"]["object"];
  EXPECT_EQ(object["key"], "raw_data/to_processed/spotify_raw_2024-09-11+11%3A35%3A15.json");
  EXPECT_EQ(object["size"], 7);
  EXPECT_EQ(object["eTag"], "0123abcd");
  EXPECT_EQ(object["versionId"], "01version");
  EXPECT_EQ(object["sequencer"], "000000000000002A");
}

TEST(S3Notification, EncodesKeysAsFormsDo) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"a/b-c_d.e*f", "a/b-c_d.e*f"}, {"a+b&c=d%", "a%2Bb%26c%3Dd%25"}, {"\u00e4~", "%C3%A4%7E"}, {"\"\n", "%22%0A"}};
  for (const auto& [key, encoded] : cases) {
    Event event = SampleEvent();
    event.object.key = key;
    EXPECT_EQ(Record(event)["s3"]["object"]["key"], encoded);
  }
}

TEST(S3Notification, NamesWhatHappenedAsS3Does) {
  using Type = Event::Type;
  struct Case {
    Type type;
    std::string operation;
    bool marker;
    std::string name;
  };
  const std::vector<Case> cases = {{Type::kObjectCreated, "put", false, "ObjectCreated:Put"},
                                   {Type::kObjectCreated, "copy", false, "ObjectCreated:Copy"},
                                   {Type::kObjectCreated, "complete_upload", false, "ObjectCreated:CompleteMultipartUpload"},
                                   {Type::kObjectCreated, "adopt", false, "ObjectCreated:Put"},
                                   {Type::kObjectCreated, "replicate", false, "ObjectCreated:Put"},
                                   {Type::kObjectCreated, "restore", false, "ObjectCreated:Copy"},
                                   {Type::kObjectDeleted, "delete", false, "ObjectRemoved:Delete"},
                                   {Type::kObjectDeleted, "delete_marker", false, "ObjectRemoved:DeleteMarkerCreated"},
                                   {Type::kObjectDeleted, "expire", false, "LifecycleExpiration:Delete"},
                                   {Type::kObjectDeleted, "expire_marker", false, "LifecycleExpiration:DeleteMarkerCreated"},
                                   {Type::kObjectDeleted, "expire", true, "LifecycleExpiration:DeleteMarkerCreated"},
                                   {Type::kVersionDeleted, "delete", true, "ObjectRemoved:Delete"},
                                   {Type::kVersionDeleted, "expire", false, "LifecycleExpiration:Delete"}};
  for (const Case& item : cases) {
    Event event = SampleEvent();
    event.type = item.type;
    event.operation = item.operation;
    event.object.delete_marker = item.marker;
    EXPECT_EQ(S3EventName(event), item.name) << item.operation;
  }
}

TEST(S3Notification, OfADeleteHasNoSizeAndOfAnUnversionedObjectNoVersion) {
  Event event = SampleEvent();
  event.type = Event::Type::kObjectDeleted;
  event.object.null_version = true;
  const auto object = Record(event)["s3"]["object"];
  EXPECT_FALSE(object.contains("size"));
  EXPECT_FALSE(object.contains("eTag"));
  EXPECT_FALSE(object.contains("versionId"));
}

TEST(CloudEventBody, CarriesTheOperationBothWays) {
  Event event = SampleEvent();
  event.type = Event::Type::kVersionDeleted;
  event.operation = "expire";
  event.object.delete_marker = true;
  const auto json = json::Parse(ToCloudEvent(event));
  EXPECT_EQ((*json)["type"], "io.tarn.object.version_deleted");
  EXPECT_EQ((*json)["data"]["operation"], "expire");
  const auto read = FromCloudEvent(ToCloudEvent(event));
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(read->type, Event::Type::kVersionDeleted);
  EXPECT_EQ(read->operation, "expire");
  EXPECT_TRUE(read->object.delete_marker);
  EXPECT_EQ(read->object.sequence, 42);
}

TEST(TestBody, IsRecognizedAndNoEvent) {
  Subscription subscription;
  subscription.id = "mine";
  const WebhookBody body = RenderTestBody(subscription, "t1", "extract", Now());
  EXPECT_TRUE(IsTestEvent(body.content));
  EXPECT_FALSE(FromCloudEvent(body.content).ok());
  EXPECT_FALSE(IsTestEvent(ToCloudEvent(SampleEvent())));
  for (const char* other : {"", "[]", "{", "7", R"({"type":7})"}) EXPECT_FALSE(IsTestEvent(other));
  subscription.body_format = BodyFormat::kS3;
  EXPECT_EQ(json::Parse(RenderTestBody(subscription, "t1", "extract", Now()).content).value()["Event"], "s3:TestEvent");
}

}  // namespace
}  // namespace tarn::events
