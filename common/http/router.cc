#include "common/http/router.h"

#include <algorithm>
#include <utility>

namespace tarn::http {
namespace {

std::string_view TakeUpTo(std::string_view& rest, char separator) {
  const size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

std::vector<std::string_view> Split(std::string_view path) {
  std::vector<std::string_view> parts;
  if (path.starts_with('/')) path.remove_prefix(1);
  for (;;) {
    const size_t slash = path.find('/');
    parts.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return parts;
    path.remove_prefix(slash + 1);
  }
}

Error NotFound(std::string_view path) {
  return Error(Code::kNotFound, "there is no resource at " + std::string(path));
}

Result<std::string> DecodeQuery(std::string_view text, bool plus_is_space) {
  if (!plus_is_space || text.find('+') == std::string_view::npos) return PercentDecode(text);
  std::string spaced(text);
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  return PercentDecode(spaced);
}

Status ParseQuery(std::string_view query, const RouteOptions& options, Request& request) {
  while (!query.empty()) {
    std::string_view value = TakeUpTo(query, '&');
    if (value.empty()) continue;
    const auto name = DecodeQuery(TakeUpTo(value, '='), options.any_query);
    if (!name.ok()) return Error(name.error()).At("query");
    auto decoded = DecodeQuery(value, options.any_query);
    if (!decoded.ok()) return Error(decoded.error()).At("query:" + *name);
    const auto& known = options.query_parameters;
    if (!options.any_query && std::find(known.begin(), known.end(), *name) == known.end()) {
      std::string list;
      for (const auto& parameter : known) list += (list.empty() ? "" : ", ") + parameter;
      return Error(Code::kInvalidArgument,
                   (known.empty() ? "no query parameter is known here; got "
                                  : "unknown query parameter; known are " + list + "; got ") +
                       *name)
          .At("query:" + *name);
    }
    request.query_parameters.emplace_back(*name, std::move(decoded).value());
  }
  return Ok();
}

}  // namespace

RouteOptions JsonBody(std::vector<std::string> query_parameters) {
  RouteOptions options;
  options.body = BodyMode::kBuffered;
  options.content_types = {"application/json"};
  options.query_parameters = std::move(query_parameters);
  return options;
}

void Router::Add(Method method, std::string pattern, RouteOptions options, Handler handler) {
  if (options.name.empty()) options.name = pattern;
  patterns_.push_back(ParsePattern(pattern));
  routes_.push_back({method, std::move(pattern), std::move(options), std::move(handler)});
}

void Router::Get(std::string pattern, RouteOptions options, Handler handler) {
  Add(Method::kGet, std::move(pattern), std::move(options), std::move(handler));
}

void Router::Post(std::string pattern, RouteOptions options, Handler handler) {
  Add(Method::kPost, std::move(pattern), std::move(options), std::move(handler));
}

void Router::Put(std::string pattern, RouteOptions options, Handler handler) {
  Add(Method::kPut, std::move(pattern), std::move(options), std::move(handler));
}

void Router::Patch(std::string pattern, RouteOptions options, Handler handler) {
  Add(Method::kPatch, std::move(pattern), std::move(options), std::move(handler));
}

void Router::Delete(std::string pattern, RouteOptions options, Handler handler) {
  Add(Method::kDelete, std::move(pattern), std::move(options), std::move(handler));
}

Router::Pattern Router::ParsePattern(std::string_view pattern) {
  Pattern segments;
  for (const std::string_view part : Split(pattern)) {
    const size_t close = part.find('}');
    if (!part.starts_with('{') || close == std::string_view::npos) {
      segments.push_back({Kind::kLiteral, std::string(part), ""});
    } else if (part.ends_with("...}")) {
      segments.push_back({Kind::kRest, std::string(part.substr(1, part.size() - 5)), ""});
    } else {
      const std::string verb(part.substr(close + 1));
      segments.push_back({verb.empty() ? Kind::kParameter : Kind::kParameterWithVerb,
                          std::string(part.substr(1, close - 1)), verb});
    }
  }
  return segments;
}

Result<Router::Path> Router::ParsePath(std::string_view path) {
  Path segments;
  for (const std::string_view raw : Split(path)) {
    auto decoded = PercentDecode(raw);
    if (!decoded.ok()) return Error(decoded.error()).At("path");
    segments.push_back({raw, std::move(decoded).value()});
  }
  return segments;
}

bool Router::Matches(const Pattern& pattern, const Path& path) {
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (i >= path.size()) return false;
    const Segment& segment = pattern[i];
    switch (segment.kind) {
      case Kind::kRest:
        return true;
      case Kind::kLiteral:
        if (path[i].decoded != segment.text) return false;
        break;
      case Kind::kParameter:
        if (path[i].raw.empty()) return false;
        break;
      case Kind::kParameterWithVerb:
        if (!path[i].raw.ends_with(segment.verb) || path[i].raw.size() == segment.verb.size()) return false;
        break;
    }
  }
  return pattern.size() == path.size();
}

bool Router::IsMoreSpecific(const Pattern& a, const Pattern& b) {
  return std::lexicographical_compare(b.begin(), b.end(), a.begin(), a.end(),
                                      [](const Segment& x, const Segment& y) { return x.kind < y.kind; });
}

Status Router::Bind(const Pattern& pattern, const Path& path, Request& request) {
  for (size_t i = 0; i < pattern.size(); ++i) {
    const Segment& segment = pattern[i];
    if (segment.kind == Kind::kLiteral) continue;
    std::string& value = request.path_parameters[segment.text];
    if (segment.kind == Kind::kRest) {
      value = path[i].decoded;
      for (size_t rest = i + 1; rest < path.size(); ++rest) value += '/' + path[rest].decoded;
      return Ok();
    }
    TARN_ASSIGN(value, PercentDecode(path[i].raw.substr(0, path[i].raw.size() - segment.verb.size())));
  }
  return Ok();
}

const Route* Router::Find(const Path& path, Method method) const {
  const Route* found = nullptr;
  bool verb = false;  // the path ends in a custom method that some route has: then no plain {name} takes it
  for (const Route& route : routes_) {
    const Pattern& pattern = PatternOf(route);
    if (!Matches(pattern, path)) continue;
    verb = verb || (!pattern.empty() && pattern.back().kind == Kind::kParameterWithVerb);
    if (route.method != method) continue;
    if (!found || IsMoreSpecific(pattern, PatternOf(*found))) found = &route;
  }
  if (found && verb && PatternOf(*found).back().kind == Kind::kParameter) return nullptr;
  return found;
}

std::string Router::AllowFor(const Path& path) const {
  std::string allow;
  const bool has_get = Find(path, Method::kGet) != nullptr;
  for (const Method method :
       {Method::kGet, Method::kHead, Method::kPost, Method::kPut, Method::kPatch, Method::kDelete}) {
    const bool allowed = Find(path, method) || (method == Method::kHead && has_get);
    if (allowed) allow += (allow.empty() ? "" : ", ") + std::string(MethodName(method));
  }
  if (!allow.empty()) allow += ", OPTIONS";
  return allow;
}

Result<std::string> Router::AllowedMethods(std::string_view target) const {
  TARN_ASSIGN(const Path path, ParsePath(target.substr(0, target.find('?'))));
  return AllowFor(path);
}

Result<const Route*> Router::Match(Request& request, std::string* allow) const {
  std::string_view query = request.target;
  request.path = TakeUpTo(query, '?');
  request.path_parameters.clear();
  request.query_parameters.clear();
  if (!request.path.starts_with('/')) {
    return Error(Code::kInvalidArgument, "the request target must be a path that begins with '/'").At("path");
  }
  TARN_ASSIGN(const Path path, ParsePath(request.path));
  const Route* route = Find(path, request.method);
  if (!route && request.method == Method::kHead) route = Find(path, Method::kGet);
  if (!route) {
    *allow = AllowFor(path);
    if (allow->empty()) return NotFound(request.path);
    return Error(Code::kMethodNotAllowed,
                 "this resource takes " + *allow + ", not " + MethodName(request.method));
  }
  TARN_TRY(Bind(PatternOf(*route), path, request));
  TARN_TRY(ParseQuery(query, route->options, request));
  return route;
}

}  // namespace tarn::http
