#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "common/http/message.h"
#include "common/result/result.h"

namespace tarn::http {

/// Answers one request. An error becomes a problem document; an exception becomes a 500 and a log line.
using Handler = std::function<Result<Response>(Request&)>;

/// Where a handler runs. Inline handlers must not block (no file, no SQL, no lock held for long).
enum class Execution { kPool, kInline };

enum class BodyMode {
  kNone,      ///< a body is refused with 400
  kBuffered,  ///< read whole into Request::body before the handler runs
  kStreamed,  ///< the handler reads Request::body_reader; the socket pauses when the handler is slow
};

struct RouteOptions {
  Execution execution = Execution::kPool;
  BodyMode body = BodyMode::kNone;
  uint64_t body_limit_bytes = 1 << 20;  ///< 413 over it
  /// Media types accepted for the body, without parameters; empty: any. Otherwise 415.
  std::vector<std::string> content_types;
  /// Query parameters the route knows; any other is a 400 that names it.
  std::vector<std::string> query_parameters;
  /// Takes any query parameter, as often as it stands there, and reads '+' in them as a space, as forms write it.
  bool any_query = false;
  /// Stands in the metrics' label `route`; the pattern unless set.
  std::string name;
};

/// JSON bodies of up to 1 MiB: what most POST routes take.
RouteOptions JsonBody(std::vector<std::string> query_parameters = {});

struct Route {
  Method method;
  std::string pattern;
  RouteOptions options;
  Handler handler;
};

/// Finds the handler of a request by its raw target. A pattern's segment may be literal, `{name}` (one
/// segment), `{name}:verb` (a custom method) or, last, `{name...}` (the rest, '/' included). Literal segments
/// win over parameters, and a custom method over a plain `{name}`, whatever the request's method. GET routes answer HEAD as well. A `{name}` never matches an empty segment;
/// `{name...}` does. Not changed once the server runs; then any thread may call Match.
class Router {
 public:
  void Add(Method method, std::string pattern, RouteOptions options, Handler handler);
  void Get(std::string pattern, RouteOptions options, Handler handler);
  void Post(std::string pattern, RouteOptions options, Handler handler);
  void Put(std::string pattern, RouteOptions options, Handler handler);
  void Patch(std::string pattern, RouteOptions options, Handler handler);
  void Delete(std::string pattern, RouteOptions options, Handler handler);

  /// Every route in the order of registration, for OpenAPI checks and walks over all routes.
  const std::vector<Route>& routes() const { return routes_; }

  /// Finds the route for `request.method` and `request.target`; sets path, path_parameters and
  /// query_parameters. Errors: kNotFound; kMethodNotAllowed with `*allow` set to the Allow header's value;
  /// kInvalidArgument for bad escapes (where() = "path" or "query") or an unknown query parameter (where() =
  /// "query:<name>").
  Result<const Route*> Match(Request& request, std::string* allow) const;

  /// The Allow header's value for the target's path; empty if no route has it. Errors: kInvalidArgument for
  /// bad escapes.
  Result<std::string> AllowedMethods(std::string_view target) const;

 private:
  // How much a pattern's segment says about the path: of two matching routes, the first segment where they
  // differ decides, and the greater kind wins.
  enum class Kind { kRest, kParameter, kParameterWithVerb, kLiteral };
  struct Segment {
    Kind kind;
    std::string text;  // the literal, or the parameter's name
    std::string verb;  // ":cancel"
  };
  struct PathSegment {
    std::string_view raw;
    std::string decoded;
  };
  using Pattern = std::vector<Segment>;
  using Path = std::vector<PathSegment>;

  static Pattern ParsePattern(std::string_view pattern);
  static Result<Path> ParsePath(std::string_view path);
  static bool Matches(const Pattern& pattern, const Path& path);
  static bool IsMoreSpecific(const Pattern& a, const Pattern& b);
  static Status Bind(const Pattern& pattern, const Path& path, Request& request);
  const Route* Find(const Path& path, Method method) const;
  std::string AllowFor(const Path& path) const;
  const Pattern& PatternOf(const Route& route) const {
    return patterns_[static_cast<size_t>(&route - routes_.data())];
  }

  std::vector<Route> routes_;
  std::vector<Pattern> patterns_;  // of the route with the same index
};

}  // namespace tarn::http
