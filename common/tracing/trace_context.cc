#include "common/tracing/trace_context.h"

#include <algorithm>
#include <utility>

#include "common/ids/ulid.h"

namespace tarn {
namespace {

thread_local TraceContext current;

bool IsLowerHex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool IsZero(std::string_view text) { return text.find_first_not_of('0') == std::string_view::npos; }

// version "-" trace-id "-" parent-id "-" flags; a future version may append fields after another dash.
bool IsValid(std::string_view header) {
  if (header.size() < 55 || header[2] != '-' || header[35] != '-' || header[52] != '-') return false;
  if (!IsLowerHex(header.substr(0, 2)) || header.substr(0, 2) == "ff") return false;
  if (header.substr(0, 2) == "00" ? header.size() != 55 : header.size() > 55 && header[55] != '-')
    return false;
  const auto trace = header.substr(3, 32), parent = header.substr(36, 16);
  return IsLowerHex(trace) && IsLowerHex(parent) && !IsZero(trace) && !IsZero(parent);
}

}  // namespace

std::string TraceContext::Traceparent() const {
  return empty() ? "" : "00-" + trace_id + "-" + span_id + "-01";
}

TraceContext TraceContext::FromTraceparent(std::string_view header) {
  TraceContext context;
  context.trace_id = IsValid(header) ? std::string(header.substr(3, 32)) : ToHex(RandomBytes(16));
  context.span_id = ToHex(RandomBytes(8));
  return context;
}

const TraceContext& TraceContext::Current() { return current; }

ScopedTrace::ScopedTrace(TraceContext context) : previous_(std::exchange(current, std::move(context))) {}

ScopedTrace::~ScopedTrace() { current = std::move(previous_); }

}  // namespace tarn
