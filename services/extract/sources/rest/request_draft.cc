#include "services/extract/sources/rest/request_draft.h"

#include <algorithm>

#include "common/http/message.h"
#include "common/json/json.h"
#include "services/extract/sources/rest/option_values.h"

namespace tarn::extract::rest {
namespace {

/// Where a member is set in a body: a pointer, or the name of a member of the whole.
nlohmann::json::json_pointer BodyPlace(const std::string& name) {
  JsonPath path;
  if (auto parsed = JsonPath::Parse(name); parsed.ok()) path = *std::move(parsed);
  return nlohmann::json::json_pointer(path.Pointer());
}

void SetInBody(nlohmann::json& body, const std::string& name, nlohmann::json value) {
  if (!body.is_object()) body = nlohmann::json::object();
  try {
    body[BodyPlace(name)] = std::move(value);
  } catch (const nlohmann::json::exception&) {
    // Something else than an object stands on the way: the pointer leads nowhere.
    body[name] = std::move(value);
  }
}

}  // namespace

void RequestDraft::Set(Place place, const std::string& name, const std::string& value, bool is_number) {
  switch (place) {
    case Place::kQuery:
      std::erase_if(params, [&](const auto& param) { return param.first == name; });
      params.emplace_back(name, value);
      return;
    case Place::kHeader:
      std::erase_if(headers,
                    [&](const auto& header) { return http::EqualsIgnoringCase(header.first, name); });
      headers.emplace_back(name, value);
      return;
    case Place::kBody: {
      const auto number = is_number ? json::Parse(value) : Result<nlohmann::json>(nlohmann::json(value));
      SetInBody(body, name, number.ok() ? *number : nlohmann::json(value));
      return;
    }
  }
}

Result<RequestDraft> DraftRequest(const Options& options, const StreamOptions& stream,
                                  const TemplateValues& values) {
  RequestDraft draft;
  draft.method = stream.method;
  TARN_ASSIGN(const std::string path, stream.path.RenderPath(values));
  const bool is_whole = path.starts_with("http://") || path.starts_with("https://");
  const bool needs_slash = !path.empty() && path.front() != '/' && path.front() != '?';
  draft.url = is_whole ? path : options.base_url + (needs_slash ? "/" : "") + path;
  for (const auto& [name, text] : stream.params) {
    TARN_ASSIGN(std::string value, text.Render(values));
    draft.params.emplace_back(name, std::move(value));
  }
  draft.headers = options.headers;
  for (const auto& [name, text] : stream.headers) {
    TARN_ASSIGN(std::string value, text.Render(values));
    if (!IsFieldValue(value)) {
      return Error(Code::kUnprocessable,
                   "a value with control characters cannot be sent in a header: " + name);
    }
    draft.Set(Place::kHeader, name, value, false);
  }
  if (!stream.body.empty()) {
    TARN_ASSIGN(const nlohmann::json body, json::Parse(stream.body));
    TARN_ASSIGN(draft.body, RenderJsonTemplate(body, values));
  }
  return draft;
}

}  // namespace tarn::extract::rest
