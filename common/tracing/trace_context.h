#pragma once

#include <string>
#include <string_view>

namespace tarn {

/// The W3C trace context of the work at hand: 32 and 16 lower-case hexadecimal digits, or both empty.
struct TraceContext {
  std::string trace_id;
  std::string span_id;

  bool empty() const { return trace_id.empty(); }

  /// Renders as the `traceparent` header (W3C Trace Context, section 3.2); empty if there is no trace.
  std::string Traceparent() const;

  /// Continues the trace of a `traceparent` header with a new span, or starts a new trace if the header is
  /// absent or malformed.
  static TraceContext FromTraceparent(std::string_view header);
  static TraceContext New() { return FromTraceparent({}); }

  /// The context of the current thread; every log line carries its trace id.
  static const TraceContext& Current();
};

/// Makes `context` the current thread's until destroyed, then restores the one before.
class ScopedTrace {
 public:
  explicit ScopedTrace(TraceContext context);
  ~ScopedTrace();
  ScopedTrace(const ScopedTrace&) = delete;
  ScopedTrace& operator=(const ScopedTrace&) = delete;

 private:
  TraceContext previous_;
};

}  // namespace tarn
