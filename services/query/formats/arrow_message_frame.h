#pragma once

#include <string>

#include "services/query/formats/arrow_ipc_generated.h"

namespace tarn::query {

/// Appends a message's metadata with the frame that goes before it; the body comes behind it.
inline void AppendFramed(flatbuffers::FlatBufferBuilder& builder, arrow::MessageHeader type,
                         flatbuffers::Offset<void> header, int64_t body_length, std::string& out) {
  builder.Finish(arrow::CreateMessage(builder, arrow::MetadataVersion_V5, type, header, body_length));
  constexpr size_t kAlignment = 8;
  const size_t size = (builder.GetSize() + kAlignment - 1) / kAlignment * kAlignment;
  const uint32_t prefix[2] = {0xffffffff, static_cast<uint32_t>(size)};
  out.append(reinterpret_cast<const char*>(prefix), sizeof(prefix));
  out.append(reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize());
  out.append(size - builder.GetSize(), '\0');
}

}  // namespace tarn::query
