#include "services/extract/sources/rest/stream_options.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "common/json/json.h"
#include "services/extract/sources/rest/option_values.h"
#include "services/extract/sources/rest/stream_drafts.h"

namespace tarn::extract::rest {
namespace {

using json::ObjectReader;

constexpr size_t kMaxPartitions = 1000;

class StreamParser {
 public:
  StreamParser(const StreamDraft& draft, const std::vector<StreamOptions>& before,
               const StreamDefaults& defaults)
      : draft_(draft), before_(before), defaults_(defaults), reader_(*draft.value, draft.pointer) {}

  Result<StreamOptions> Parse() {
    stream_.name = reader_.RequiredString("name");
    stream_.definition = Definition();
    TARN_TRY(ReadParts());
    ReadPartitions();
    ReadMethod();
    ReadDecoder();
    stream_.records = ReadPath(reader_, "records");
    stream_.partition_by_parent = reader_.OptionalBool("partition_by_parent").value_or(false);
    stream_.fail_if_fewer_than_total = reader_.OptionalBool("fail_if_fewer_than_total").value_or(true);
    known_ = KnownNames();
    TARN_TRY(ReadRequest());
    CheckUses();
    CheckCombination();
    TARN_TRY(reader_.Finish());
    return std::move(stream_);
  }

 private:
  Status ReadParts() {
    const auto at = [&](const char* name) { return reader_.PointerTo(name); };
    if (const auto* own = reader_.OptionalObject("paginator")) {
      TARN_ASSIGN(stream_.paginator, ParsePaginator(*own, at("paginator")));
    } else if (defaults_.paginator) {
      TARN_ASSIGN(stream_.paginator, ParsePaginator(*defaults_.paginator, "/options/paginator"));
    }
    if (const auto* own = reader_.OptionalArray("responses")) {
      TARN_ASSIGN(stream_.responses, ParseResponses(*own, at("responses")));
    }
    if (defaults_.responses) {
      TARN_ASSIGN(auto more, ParseResponses(*defaults_.responses, "/options/responses"));
      stream_.responses.insert(stream_.responses.end(), more.begin(), more.end());
    }
    if (const auto* own = reader_.OptionalObject("incremental")) {
      TARN_ASSIGN(stream_.incremental, ParseIncremental(*own, at("incremental")));
    }
    if (const auto* own = reader_.OptionalObject("parent")) TARN_TRY(ReadParent(*own, at("parent")));
    return Ok();
  }

  std::string Definition() const {
    std::string text = json::Dump(*draft_.value);
    for (const auto* of_all : {defaults_.paginator, defaults_.responses}) {
      if (of_all) text += "\n" + json::Dump(*of_all);
    }
    return text;
  }

  Status ReadParent(const nlohmann::json& value, const std::string& pointer) {
    ParentOptions parent;
    ObjectReader reader(value, pointer);
    const std::string name = reader.RequiredString("stream");
    while (parent.stream < before_.size() && before_[parent.stream].name != name) ++parent.stream;
    const char* member = value.contains("fields") ? "fields" : "field";
    parent.fields = ReadPaths(reader, member);
    if (parent.fields.empty()) reader.Fail(member, "the member is required: paths in the parent's records");
    if (value.contains("fields") && value.contains("field"))
      reader.Fail("field", "give either field or fields");
    for (const JsonPath& path : parent.fields) {
      std::string dotted;
      for (const std::string& step : path.steps()) dotted += (dotted.empty() ? "" : ".") + step;
      parent.names.push_back(std::move(dotted));
    }
    TARN_TRY(reader.Finish());
    const Decoder decoder = before_.at(parent.stream).decoder;
    if (decoder != Decoder::kJson && decoder != Decoder::kNdjson) {
      return Error(Code::kInvalidArgument, "a parent's records must be JSON: " + name)
          .At(pointer + "/stream");
    }
    stream_.parent = std::move(parent);
    return Ok();
  }

  void ReadPartitions() {
    stream_.partitions = reader_.OptionalStringArray("partitions").value_or(std::vector<std::string>());
    std::set<std::string> seen;
    for (const std::string& partition : stream_.partitions) {
      if (partition.empty() || partition.size() > kMaxNameBytes) {
        reader_.Fail("partitions", "a partition has 1 to 64 bytes, got: " + partition);
      }
      if (!seen.insert(partition).second)
        reader_.Fail("partitions", "this partition stands here twice: " + partition);
    }
    if (stream_.partitions.size() > kMaxPartitions) reader_.Fail("partitions", "at most 1000 partitions");
    if (!stream_.partitions.empty() && stream_.parent) {
      reader_.Fail("partitions", "a child has the partitions of its parent, and none of its own");
    }
  }

  void ReadMethod() {
    stream_.method = reader_.OptionalString("method").value_or("GET");
    if (stream_.method != "GET" && stream_.method != "POST") {
      reader_.Fail("method", "expected GET or POST, got: " + stream_.method);
    }
  }

  void ReadDecoder() {
    const std::string name = reader_.OptionalString("decoder").value_or("json");
    if (name == "ndjson") {
      stream_.decoder = Decoder::kNdjson;
    } else if (name == "csv") {
      stream_.decoder = Decoder::kCsv;
    } else if (name == "xml") {
      stream_.decoder = Decoder::kXml;
    } else if (name == "text") {
      stream_.decoder = Decoder::kText;
    } else if (name != "json") {
      reader_.Fail("decoder", "expected json, ndjson, csv, xml or text, got: " + name);
    }
  }

  const StreamOptions* Parent(const StreamOptions& stream) const {
    return stream.parent ? &before_[stream.parent->stream] : nullptr;
  }

  std::vector<std::string> KnownNames() const {
    std::vector<std::string> names = {"run.date", "run.time"};
    if (stream_.incremental) names.push_back("cursor");
    if (stream_.incremental && IsTime(stream_.incremental->format)) {
      names.insert(names.end(), {"window.from", "window.to"});
    }
    bool partitioned = !stream_.partitions.empty();
    for (const StreamOptions* up = Parent(stream_); up; up = Parent(*up))
      partitioned |= !up->partitions.empty();
    if (partitioned) names.push_back("partition");
    if (!stream_.parent) return names;
    for (const std::string& name : stream_.parent->names) names.push_back("parent." + name);
    const StreamOptions& parent = *Parent(stream_);
    if (!parent.parent) return names;
    for (const std::string& name : parent.parent->names) names.push_back("grandparent." + name);
    return names;
  }

  Status ReadRequest() {
    const std::string path = reader_.OptionalString("path").value_or("");
    const auto parsed = Template::Parse(path, known_);
    if (!parsed.ok())
      return Error(Code::kInvalidArgument, parsed.error().message()).At(reader_.PointerTo("path"));
    stream_.path = *parsed;
    if (path.find_first_of("#\\ ") != std::string::npos && path.find("{{") == std::string::npos) {
      reader_.Fail("path", "a path must not have #, a backslash or spaces: " + path);
    }
    TARN_ASSIGN(stream_.params, ReadTemplates("params"));
    TARN_ASSIGN(stream_.headers, ReadTemplates("headers"));
    for (const auto& [name, _] : stream_.headers) {
      if (!IsFieldName(name)) reader_.Fail("headers", "not the name of a header: " + name);
    }
    body_ = reader_.OptionalObject("body");
    if (body_) {
      TARN_TRY(CheckJsonTemplate(*body_, reader_.PointerTo("body"), known_));
      stream_.body = json::Dump(*body_);
    }
    return Ok();
  }

  Result<std::vector<std::pair<std::string, Template>>> ReadTemplates(const char* member) {
    std::vector<std::pair<std::string, Template>> templates;
    const nlohmann::json* object = reader_.OptionalObject(member);
    if (!object) return templates;
    TARN_ASSIGN(const auto texts, ReadNamedTexts(*object, reader_.PointerTo(member)));
    for (const auto& [name, text] : texts) {
      auto parsed = Template::Parse(text, known_);
      if (!parsed.ok()) {
        return Error(Code::kInvalidArgument, parsed.error().message())
            .At(reader_.PointerTo(member) + "/" + name);
      }
      templates.emplace_back(name, *std::move(parsed));
    }
    return templates;
  }

  bool Uses(std::string_view name) const {
    const auto uses = [&](const auto& named) { return named.second.Uses(name); };
    return stream_.path.Uses(name) || std::any_of(stream_.params.begin(), stream_.params.end(), uses) ||
           std::any_of(stream_.headers.begin(), stream_.headers.end(), uses) ||
           (body_ && BodyUses(*body_, name));
  }

  bool BodyUses(const nlohmann::json& value, std::string_view name) const {
    if (value.is_string()) {
      const auto parsed = Template::Parse(value.get_ref<const std::string&>(), known_);
      return parsed.ok() && parsed->Uses(name);
    }
    return value.is_structured() && std::any_of(value.begin(), value.end(),
                                                [&](const auto& member) { return BodyUses(member, name); });
  }

  void CheckUses() {
    if (!stream_.partitions.empty() && !Uses("partition")) {
      reader_.Fail("partitions",
                   "no template uses {{ partition }}, so that all partitions would be the same");
    }
    if (stream_.parent) {
      const auto& names = stream_.parent->names;
      const auto used = [&](const std::string& name) { return Uses("parent." + name); };
      if (std::none_of(names.begin(), names.end(), used)) {
        reader_.Fail("parent", "no template uses {{ parent." + names.front() +
                                   " }}, so that all parts would be the same");
      }
    }
    if (!stream_.incremental) return;
    const IncrementalOptions& incremental = *stream_.incremental;
    const bool by_name = Uses("cursor") || Uses("window.from");
    if (by_name && !incremental.start) {
      reader_.Fail("incremental", "needs start: a template uses the cursor, and the first run has none");
    }
    stream_.takes_window = IsTime(incremental.format) &&
                           (!incremental.end_param.empty() || Uses("window.from") || Uses("window.to"));
  }

  void CheckCombination() {
    const bool is_json = stream_.decoder == Decoder::kJson || stream_.decoder == Decoder::kNdjson;
    const auto& paginator = stream_.paginator;
    if (stream_.incremental && !is_json) reader_.Fail("incremental", "only JSON records have a cursor");
    const bool looks_into_page = paginator.type == PaginatorOptions::Type::kNextLink ||
                                 paginator.type == PaginatorOptions::Type::kBodyCursor || paginator.total ||
                                 paginator.total_pages || paginator.has_more;
    const bool only_records = paginator.last_record && !paginator.total && !paginator.has_more;
    if (looks_into_page && stream_.decoder != Decoder::kJson && !(only_records && is_json)) {
      reader_.Fail("paginator",
                   "finds its way by what stands in a page, so the page must be one JSON document");
    }
    const bool writes_body = paginator.in == Place::kBody ||
                             (stream_.incremental && stream_.incremental->in == Place::kBody) ||
                             !stream_.body.empty();
    if (writes_body && stream_.method != "POST") reader_.Fail("method", "only POST requests have a body");
    if (stream_.partition_by_parent && !stream_.parent)
      reader_.Fail("partition_by_parent", "there is no parent");
  }

  const StreamDraft& draft_;
  const std::vector<StreamOptions>& before_;
  const StreamDefaults& defaults_;
  ObjectReader reader_;
  StreamOptions stream_;
  std::vector<std::string> known_;
  const nlohmann::json* body_ = nullptr;
};

}  // namespace

Result<std::vector<StreamOptions>> ParseStreams(const nlohmann::json& streams,
                                                const StreamDefaults& defaults) {
  TARN_ASSIGN(const std::vector<StreamDraft> drafts, ReadStreamDrafts(streams));
  std::vector<StreamOptions> parsed;
  for (const StreamDraft& draft : drafts) {
    TARN_ASSIGN(StreamOptions stream, StreamParser(draft, parsed, defaults).Parse());
    if (stream.parent) parsed[stream.parent->stream].has_children = true;
    parsed.push_back(std::move(stream));
  }
  return parsed;
}

}  // namespace tarn::extract::rest
