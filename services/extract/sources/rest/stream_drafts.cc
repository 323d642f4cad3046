#include "services/extract/sources/rest/stream_drafts.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "common/json/json.h"

namespace tarn::extract::rest {
namespace {

using json::ObjectReader;

constexpr size_t kMaxStreams = 500;

bool IsName(std::string_view name) {
  return !name.empty() && name.size() <= kMaxNameBytes &&
         std::all_of(name.begin(), name.end(),
                     [](unsigned char c) { return c < 128 && (std::isalnum(c) || c == '_' || c == '-'); });
}

Result<std::vector<StreamDraft>> ReadDrafts(const nlohmann::json& streams) {
  if (streams.size() > kMaxStreams)
    return Error(Code::kInvalidArgument, "at most 500 streams").At("/options/streams");
  std::vector<StreamDraft> drafts;
  std::set<std::string> names;
  for (size_t i = 0; i < streams.size(); ++i) {
    StreamDraft draft{&streams[i], "/options/streams/" + std::to_string(i), "", ""};
    ObjectReader reader(streams[i], draft.pointer);
    draft.name = reader.RequiredString("name");
    if (!IsName(draft.name))
      reader.Fail("name", "expected up to 64 letters, digits, - and _, got: " + draft.name);
    if (!names.insert(draft.name).second) reader.Fail("name", "another stream has this name: " + draft.name);
    const nlohmann::json* parent = reader.OptionalObject("parent");
    if (parent && parent->contains("stream") && parent->at("stream").is_string()) {
      draft.parent = parent->at("stream").get<std::string>();
    }
    // Only this reader's own complaints: the rest of the stream is read later.
    if (streams[i].is_object()) {
      for (const auto& [name, _] : streams[i].items()) (void)reader.OptionalAny(name);
    }
    TARN_TRY(reader.Finish());
    drafts.push_back(std::move(draft));
  }
  return drafts;
}

// A parent that is missing says more than the streams that wait for it.
Error WhyNotPlaced(const std::vector<StreamDraft>& drafts, const std::set<std::string>& placed) {
  const StreamDraft* in_loop = nullptr;
  for (const StreamDraft& draft : drafts) {
    if (placed.contains(draft.name)) continue;
    const auto is_parent = [&](const StreamDraft& each) { return each.name == draft.parent; };
    if (std::none_of(drafts.begin(), drafts.end(), is_parent)) {
      return Error(Code::kInvalidArgument, "there is no stream of that name: " + draft.parent)
          .At(draft.pointer + "/parent/stream");
    }
    if (!in_loop) in_loop = &draft;
  }
  return Error(Code::kInvalidArgument,
               "parents and children form a loop: " + in_loop->name + " needs " + in_loop->parent)
      .At(in_loop->pointer + "/parent/stream");
}

Result<std::vector<StreamDraft>> ParentsFirst(const std::vector<StreamDraft>& drafts) {
  std::vector<StreamDraft> ordered;
  std::set<std::string> placed;
  while (ordered.size() < drafts.size()) {
    const size_t before = ordered.size();
    for (const StreamDraft& draft : drafts) {
      const bool ready = draft.parent.empty() || placed.contains(draft.parent);
      if (!ready || !placed.insert(draft.name).second) continue;
      ordered.push_back(draft);
    }
    if (ordered.size() > before) continue;
    return WhyNotPlaced(drafts, placed);
  }
  return ordered;
}

}  // namespace

Result<std::vector<StreamDraft>> ReadStreamDrafts(const nlohmann::json& streams) {
  TARN_ASSIGN(const std::vector<StreamDraft> drafts, ReadDrafts(streams));
  return ParentsFirst(drafts);
}

}  // namespace tarn::extract::rest
