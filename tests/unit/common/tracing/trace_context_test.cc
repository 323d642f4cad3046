#include "common/tracing/trace_context.h"

#include <gtest/gtest.h>

namespace tarn {
namespace {

constexpr std::string_view kHeader = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

TEST(TraceContext, ContinuesTheTraceWithANewSpan) {
  const TraceContext context = TraceContext::FromTraceparent(kHeader);
  EXPECT_EQ(context.trace_id, "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_NE(context.span_id, "00f067aa0ba902b7");
  EXPECT_EQ(context.Traceparent(), "00-" + context.trace_id + "-" + context.span_id + "-01");
}

TEST(TraceContext, StartsANewTraceForAMalformedHeader) {
  for (const std::string_view header :
       {"", "00-zz", "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-extra",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01"}) {
    const TraceContext context = TraceContext::FromTraceparent(header);
    EXPECT_EQ(context.trace_id.size(), 32u) << header;
    EXPECT_NE(context.trace_id, "4bf92f3577b34da6a3ce929d0e0e4736") << header;
  }
}

TEST(TraceContext, AFutureVersionMayAppendFields) {
  EXPECT_EQ(
      TraceContext::FromTraceparent("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-new").trace_id,
      "4bf92f3577b34da6a3ce929d0e0e4736");
}

TEST(ScopedTrace, RestoresTheOneBefore) {
  const ScopedTrace outer(TraceContext::New());
  const std::string outer_id = TraceContext::Current().trace_id;
  {
    const ScopedTrace inner(TraceContext::New());
    EXPECT_NE(TraceContext::Current().trace_id, outer_id);
  }
  EXPECT_EQ(TraceContext::Current().trace_id, outer_id);
}

}  // namespace
}  // namespace tarn
