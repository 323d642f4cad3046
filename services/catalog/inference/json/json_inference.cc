#include "services/catalog/inference/json/json_inference.h"

#include <algorithm>
#include <charconv>

#include "common/decoding/utf8_source.h"
#include "services/catalog/inference/csv/value_types.h"
#include "services/catalog/inference/json/json_reader.h"
#include "services/catalog/inference/json/json_shape.h"

namespace tarn::inference {
namespace {

constexpr int64_t kRecordsBetweenChecks = 256;

JsonKind KindOfNumber(const std::string& number) {
  if (number.find_first_of(".eE") != std::string::npos) return JsonKind::kDouble;
  int64_t with_sign = 0;
  const char* end = number.data() + number.size();
  if (std::from_chars(number.data(), end, with_sign).ec == std::errc()) return JsonKind::kInteger;
  uint64_t without = 0;
  const bool fits = number[0] != '-' && std::from_chars(number.data(), end, without).ec == std::errc();
  return fits ? JsonKind::kUnsigned : JsonKind::kDouble;
}

JsonKind KindOfString(const std::string& text) {
  const ValueReading reading = text.size() < 8 ? ValueReading() : ReadValue(text);
  // Dates in another order would be text to a reader, and so is a time alone, or a month of one digit.
  const bool iso =
      reading.shape && reading.shape->IsIso() && text.size() >= 10 && text[4] == '-' && text[7] == '-';
  if (!iso || (text.size() > 10 && text[10] != 'T' && text[10] != ' ')) return JsonKind::kText;
  if (reading.types & kDateType) return JsonKind::kDate;
  return reading.types & kTimestampType ? JsonKind::kTimestamp : JsonKind::kTimestampTz;
}

// One file at work.
class Inference {
 public:
  Inference(unpacking::ByteSource& source, const JsonOptions& options, std::stop_token cancelled)
      : reader_(source), options_(options), cancelled_(std::move(cancelled)) {}

  // Reads all values at the top level.
  Status Read() {
    TARN_TRY(SkipByteOrderMark());
    while (true) {
      TARN_ASSIGN(const int c, reader_.Next());
      if (c < 0) break;
      const int64_t line = reader_.place().line;
      one_per_line_ = one_per_line_ && line > last_line_;
      ++documents_;
      top_is_array_ = c == '[' && documents_ == 1;
      if (top_is_array_)
        TARN_TRY(ReadArray(top_, 1, true));
      else
        TARN_TRY(ReadRecord());
      if (over_limit_) return Ok();
      one_per_line_ = one_per_line_ && reader_.place().line == line;
      last_line_ = reader_.place().line;
    }
    if (documents_ == 0) return Error(Code::kUnprocessable, "the file is empty: it has no JSON value");
    return Ok();
  }

  Result<JsonVerdict> Conclude();
  bool complete() const { return !over_limit_; }

 private:
  // RFC 8259 lets readers ignore one.
  Status SkipByteOrderMark() {
    TARN_ASSIGN(const int c, reader_.Peek());
    for (int i = 0; c == 0xef && i < 3; ++i) {
      TARN_ASSIGN(const int byte, reader_.Peek());
      if (byte < 0x80) return reader_.Fail("the text is not UTF-8");
      reader_.Take();
    }
    if (c == 0xff || c == 0xfe || c == 0) return reader_.Fail("the text must be UTF-8, as RFC 8259 says");
    return Ok();
  }

  Status ReadRecord() {
    ++rows_;
    over_limit_ = reader_.place().byte_offset > options_.max_bytes;
    if (rows_ % kRecordsBetweenChecks == 0 && cancelled_.stop_requested())
      return Error(Code::kCancelled, "reading the file was stopped");
    return ReadValue(record_, 1);
  }

  Status ReadValue(JsonShape& shape, int depth) {
    const Place place = reader_.place();
    TARN_ASSIGN(const int c, reader_.Next());
    if (c == '{' || c == '[') {
      if (depth > kMaxJsonDepth)
        return Error(Code::kUnprocessable, "the JSON is nested deeper than 64 levels")
            .At("line " + std::to_string(place.line));
      shape.Count(c == '{' ? JsonKind::kObject : JsonKind::kArray, c == '{' ? "{...}" : "[...]", place);
      return c == '{' ? ReadObject(shape, depth) : ReadArray(shape, depth, false);
    }
    if (c == '"') {
      TARN_ASSIGN(const std::string text, reader_.TakeString());
      shape.Count(KindOfString(text), text, place);
      return Ok();
    }
    if (c == '-' || (c >= '0' && c <= '9')) {
      TARN_ASSIGN(const std::string number, reader_.TakeNumber());
      shape.Count(KindOfNumber(number), number, place);
      return Ok();
    }
    TARN_ASSIGN(const std::string word, reader_.TakeWord());
    shape.Count(word == "null" ? JsonKind::kNull : JsonKind::kBoolean, word, place);
    return Ok();
  }

  Status ReadArray(JsonShape& shape, int depth, bool of_records) {
    reader_.Take();
    TARN_ASSIGN(int c, reader_.Next());
    if (c == ']') return TakeLast();
    while (true) {
      if (of_records)
        TARN_TRY(ReadRecord());
      else
        TARN_TRY(ReadValue(shape.Element(), depth + 1));
      if (of_records && over_limit_) return Ok();
      TARN_ASSIGN(c, reader_.Next());
      if (c == ']') return TakeLast();
      if (c != ',') return reader_.Fail("a comma or ] is expected in an array");
      reader_.Take();
    }
  }

  Status ReadObject(JsonShape& shape, int depth) {
    reader_.Take();
    TARN_ASSIGN(int c, reader_.Next());
    if (c == '}') return TakeLast();
    while (true) {
      if (c != '"') return reader_.Fail("a member's name is expected");
      TARN_ASSIGN(const std::string name, reader_.TakeString());
      TARN_ASSIGN(c, reader_.Next());
      if (c != ':') return reader_.Fail("a colon is expected behind a member's name");
      reader_.Take();
      JsonShape& member = shape.MemberNamed(name, &nodes_);
      if (nodes_ > kMaxJsonNodes)
        return Error(Code::kUnprocessable,
                     "the records have too many different members: over " + std::to_string(kMaxJsonNodes));
      TARN_TRY(ReadValue(member, depth + 1));
      TARN_ASSIGN(c, reader_.Next());
      if (c == '}') return TakeLast();
      if (c != ',') return reader_.Fail("a comma or } is expected in an object");
      reader_.Take();
      TARN_ASSIGN(c, reader_.Next());
    }
  }

  Status TakeLast() {
    reader_.Take();
    return Ok();
  }

  std::string Layout() const {
    if (documents_ == 1) return top_is_array_ ? "array" : "object";
    return one_per_line_ ? "ndjson" : "records";
  }

  JsonReader reader_;
  const JsonOptions options_;
  const std::stop_token cancelled_;
  JsonShape top_;     // of the array at the top level, which says nothing
  JsonShape record_;  // of all records together
  uint64_t nodes_ = 0;
  int64_t rows_ = 0;
  int64_t documents_ = 0;
  int64_t last_line_ = 0;
  bool top_is_array_ = false;
  bool one_per_line_ = true;
  bool over_limit_ = false;
};

// The only member that is an array of objects; the others are what an API says about its page.
const JsonShape::Member* FindRecords(const JsonShape& object) {
  const JsonShape::Member* found = nullptr;
  for (const JsonShape::Member& member : object.members()) {
    const JsonShape* element = member.shape->element();
    const bool records = member.shape->count(JsonKind::kArray) == 1 && element && element->values() > 0 &&
                         element->count(JsonKind::kObject) == element->values();
    if (records && found) return nullptr;
    if (records) found = &member;
  }
  return found;
}

void AddColumn(const std::string& name, const JsonShape& shape, uint64_t records, JsonVerdict& verdict) {
  ColumnEvidence evidence;
  evidence.name = name;
  evidence.type = shape.Type();
  evidence.values = static_cast<int64_t>(shape.values());
  evidence.empty = static_cast<int64_t>(records - std::min<uint64_t>(records, shape.values()));
  evidence.confidence = evidence.values == 0 ? 0.1 : 1;
  evidence.ruled_out = shape.RuledOutTypes();
  for (size_t i = 1; i < kJsonKinds; ++i) {
    if (shape.count(static_cast<JsonKind>(i)) > 0)
      evidence.types_tried.emplace_back(JsonKindType(static_cast<JsonKind>(i)));
  }
  if (evidence.type == "JSON") evidence.note = "values of different structure: kept as JSON";
  verdict.columns.push_back({name, evidence.type});
  verdict.evidence.columns.push_back(std::move(evidence));
}

void AddColumns(const JsonShape& records, JsonVerdict& verdict) {
  const bool objects = records.values() > 0 && records.count(JsonKind::kObject) == records.values();
  if (!objects || records.is_map() || records.members().empty()) {
    AddColumn("json", records, records.values(), verdict);
    return;
  }
  for (const JsonShape::Member& member : records.members())
    AddColumn(member.name, *member.shape, records.count(JsonKind::kObject), verdict);
}

// The array to which the members lead; null if there is none, or it holds something else than objects.
const JsonShape* FollowPath(const JsonShape& record, const std::vector<std::string>& path) {
  const JsonShape* shape = &record;
  for (const std::string& name : path) {
    const auto& members = shape->members();
    const auto found = std::find_if(members.begin(), members.end(),
                                    [&](const JsonShape::Member& member) { return member.name == name; });
    if (shape->is_map() || found == members.end()) return nullptr;
    shape = found->shape.get();
  }
  const JsonShape* element = shape->element();
  const bool records = shape->count(JsonKind::kArray) == shape->values() && element &&
                       element->values() > 0 && element->count(JsonKind::kObject) == element->values() &&
                       !element->is_map();
  return records ? element : nullptr;
}

Result<JsonVerdict> Inference::Conclude() {
  JsonVerdict verdict;
  verdict.rows = rows_;
  verdict.documents = documents_;
  verdict.layout = Layout();
  const JsonShape* records = &record_;
  Decision decision{"layout", verdict.layout, 1, {}, "how the values at the top level stand"};
  if (!options_.path.empty()) {
    records = FollowPath(record_, options_.path);
    if (!records) return Error(Code::kUnprocessable, "the path leads to no array of objects");
    decision = {"layout", "wrapped", 1, {}, "the path to the records is given"};
    verdict.layout = "wrapped";
    for (const std::string& name : options_.path) verdict.records_path += "/" + name;
    verdict.rows = static_cast<int64_t>(records->count(JsonKind::kObject));
    verdict.evidence.decisions.push_back(std::move(decision));
    AddColumns(*records, verdict);
    return verdict;
  }
  const JsonShape::Member* wrapped = verdict.layout == "object" ? FindRecords(record_) : nullptr;
  if (wrapped && options_.unwrap) {
    decision.alternatives.push_back({"object", 0.3, "one record with a list in the member " + wrapped->name});
    decision.reason = "one member holds an array of objects: " + wrapped->name;
    decision.confidence = 0.8;
    decision.chosen = verdict.layout = "wrapped";
    verdict.records_path = "/" + wrapped->name;
    records = wrapped->shape->element();
    verdict.rows = static_cast<int64_t>(records->count(JsonKind::kObject) + records->count(JsonKind::kNull));
  }
  verdict.evidence.decisions.push_back(std::move(decision));
  AddColumns(*records, verdict);
  return verdict;
}

Result<decoding::Encoding> EncodingOf(unpacking::File& file, unpacking::Codec codec) {
  TARN_ASSIGN(const auto source, unpacking::OpenDecoded(file, codec));
  std::string first(2, '\0');
  TARN_ASSIGN(const size_t got, source->Read(first.data(), first.size()));
  first.resize(got);
  return decoding::JsonEncoding(first);
}

}  // namespace

Result<JsonVerdict> InferJson(const std::filesystem::path& path, const JsonOptions& options,
                              std::stop_token cancelled) {
  TARN_ASSIGN(const auto file, unpacking::File::Open(path));
  TARN_ASSIGN(const std::string first, file->ReadAt(0, 16));
  const auto codec = unpacking::DetectCodec(first);
  TARN_ASSIGN(const auto encoding, EncodingOf(*file, codec));
  TARN_ASSIGN(auto source, unpacking::OpenDecoded(*file, codec, cancelled));
  // Broken characters of UTF-8 are for the reader to find.
  if (encoding != decoding::Encoding::kUtf8)
    source = std::make_unique<decoding::Utf8Source>(std::move(source), encoding);
  Inference inference(*source, options, cancelled);
  TARN_TRY(inference.Read());
  TARN_ASSIGN(JsonVerdict verdict, inference.Conclude());
  verdict.codec = codec;
  verdict.encoding = encoding;
  verdict.evidence.sample = {inference.complete(),
                             file->size_bytes(),
                             std::min(file->read_bytes(), file->size_bytes()),
                             {},
                             unpacking::CodecName(codec)};
  if (!inference.complete())
    verdict.evidence.notes.push_back(
        "the file is too large to be read whole; types and counts are those of its start");
  if (verdict.columns.empty()) return Error(Code::kUnprocessable, "the file has no columns");
  return verdict;
}

}  // namespace tarn::inference
