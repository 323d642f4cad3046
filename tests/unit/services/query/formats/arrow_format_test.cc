#include <gtest/gtest.h>

#include <cstring>

#include "services/query/formats/arrow_ipc_generated.h"
#include "tests/unit/services/query/formats/render.h"

namespace tarn::query {
namespace {

// A message of a stream, taken apart as the format's specification says.
struct ReadMessage {
  const arrow::Message* message;
  const char* body;
};

uint32_t Word(const std::string& text, size_t at) {
  uint32_t word = 0;
  std::memcpy(&word, text.data() + at, sizeof(word));
  return word;
}

// Checks the frame of every message; the last must be the end of the stream.
std::vector<ReadMessage> ReadStream(const std::string& stream) {
  std::vector<ReadMessage> messages;
  for (size_t at = 0;;) {
    EXPECT_LE(at + 8, stream.size());
    EXPECT_EQ(Word(stream, at), 0xffffffffu);
    const uint32_t size = Word(stream, at + 4);
    at += 8;
    if (size == 0) {
      EXPECT_EQ(at, stream.size());
      return messages;
    }
    EXPECT_EQ(size % 8, 0u);
    flatbuffers::Verifier verifier(reinterpret_cast<const uint8_t*>(stream.data() + at), size);
    EXPECT_TRUE(arrow::VerifyMessageBuffer(verifier));
    const auto* message = arrow::GetMessage(stream.data() + at);
    at += size;
    messages.push_back({message, stream.data() + at});
    EXPECT_EQ(message->body_length() % 8, 0);
    at += static_cast<size_t>(message->body_length());
    if (at > stream.size()) return messages;
  }
}

template <class T>
T At(const ReadMessage& message, const arrow::RecordBatch& batch, unsigned buffer, size_t index) {
  T value;
  std::memcpy(&value, message.body + batch.buffers()->Get(buffer)->offset() + index * sizeof(T), sizeof(T));
  return value;
}

TEST(ArrowFormat, WritesASchemaABatchAndTheEnd) {
  const std::string stream =
      Render("SELECT i::INTEGER AS a, i = 2 AS b FROM range(3) t(i)", FormatName::kArrow);
  const auto messages = ReadStream(stream);
  ASSERT_EQ(messages.size(), 2u);
  const auto* schema = messages[0].message->header_as_Schema();
  ASSERT_TRUE(schema);
  ASSERT_EQ(schema->fields()->size(), 2u);
  EXPECT_EQ(schema->fields()->Get(0)->name()->str(), "a");
  EXPECT_EQ(schema->fields()->Get(0)->type_as_Int()->bit_width(), 32);
  EXPECT_TRUE(schema->fields()->Get(1)->type_as_Bool());
  const auto* batch = messages[1].message->header_as_RecordBatch();
  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->length(), 3);
  EXPECT_EQ(At<int32_t>(messages[1], *batch, 1, 2), 2);
  EXPECT_EQ(At<uint8_t>(messages[1], *batch, 3, 0), 0b100);
}

TEST(ArrowFormat, CountsNullsOfTheRowsThatGoOut) {
  const std::string stream =
      Render("SELECT CASE WHEN i > 0 THEN i END AS a FROM range(100) t(i)", FormatName::kArrow, 3);
  const auto messages = ReadStream(stream);
  ASSERT_EQ(messages.size(), 2u);
  const auto* batch = messages[1].message->header_as_RecordBatch();
  EXPECT_EQ(batch->nodes()->Get(0)->length(), 3);
  EXPECT_EQ(batch->nodes()->Get(0)->null_count(), 1);
  EXPECT_EQ(batch->buffers()->Get(1)->length(), 24);
}

TEST(ArrowFormat, SendsTheValuesOfAnEnumOnce) {
  const std::string stream =
      Render("SELECT CASE WHEN i % 2 = 0 THEN 'x' ELSE 'y' END::ENUM('x', 'y') AS e FROM range(5000) t(i)",
             FormatName::kArrow);
  const auto messages = ReadStream(stream);
  ASSERT_EQ(messages.size(), 5u);  // schema, dictionary, three chunks
  EXPECT_EQ(
      messages[0].message->header_as_Schema()->fields()->Get(0)->dictionary()->index_type()->bit_width(), 8);
  const auto* dictionary = messages[1].message->header_as_DictionaryBatch();
  ASSERT_TRUE(dictionary);
  EXPECT_EQ(dictionary->data()->length(), 2);
  EXPECT_EQ(std::string(messages[1].body + dictionary->data()->buffers()->Get(2)->offset(), 2), "xy");
}

TEST(ArrowFormat, KeepsNestedValuesAndNamesOfTypesThatArrowLacks) {
  const std::string stream =
      Render("SELECT [1, 2]::HUGEINT[] AS h, {'a': MAP {'k': uuid()}} AS s WHERE true", FormatName::kArrow);
  const auto messages = ReadStream(stream);
  const auto* fields = messages[0].message->header_as_Schema()->fields();
  EXPECT_TRUE(fields->Get(0)->type_as_List());
  EXPECT_EQ(fields->Get(0)->children()->Get(0)->type_as_FixedSizeBinary()->byte_width(), 16);
  EXPECT_EQ(fields->Get(0)->children()->Get(0)->custom_metadata()->Get(1)->value()->str(), "arrow.opaque");
  EXPECT_TRUE(fields->Get(1)->children()->Get(0)->type_as_Map());
  EXPECT_EQ(messages[1].message->header_as_RecordBatch()->nodes()->size(), 7u);
}

TEST(ArrowFormat, IsWholeWithoutRows) {
  const std::string stream = Render("SELECT 1 AS a, 'x'::ENUM('x') AS e WHERE false", FormatName::kArrow);
  EXPECT_EQ(ReadStream(stream).size(), 1u);
}

}  // namespace
}  // namespace tarn::query
