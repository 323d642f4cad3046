#include <string>

#include "common/checksums/checksum.h"
#include "services/query/functions/extension_functions.h"

namespace tarn::query {
namespace {

using duckdb::FunctionType;
using duckdb::ScalarCall;
using duckdb::ScalarFunction;

constexpr auto kBlob = FunctionType::kBlob;
constexpr auto kInteger = FunctionType::kInteger;

int64_t ReadBigEndian(std::string_view bytes) {
  uint64_t number = 0;
  for (const char c : bytes) number = (number << 8) | static_cast<unsigned char>(c);
  return static_cast<int64_t>(number);
}

void Crc32(ScalarCall& call) {
  call.ReturnInteger(ReadBigEndian(checksums::Compute(checksums::Algorithm::kCrc32, call.Text(0))));
}

void BigEndian(ScalarCall& call) {
  const std::string_view bytes = call.Text(0);
  if (static_cast<int64_t>(bytes.size()) != call.Integer(1))
    return call.Fail("expected " + std::to_string(call.Integer(1)) + " bytes");
  const int64_t number = ReadBigEndian(bytes);
  call.ReturnInteger(bytes.size() == 4 ? static_cast<int32_t>(number) : number);
}

// RFC 4648, section 6.
void ToBase32(ScalarCall& call) {
  static constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string text;
  uint64_t buffer = 0;
  int bits = 0;
  for (const char c : call.Text(0)) {
    buffer = (buffer << 8) | static_cast<unsigned char>(c);
    for (bits += 8; bits >= 5; bits -= 5) text += kDigits[(buffer >> (bits - 5)) & 31];
  }
  if (bits > 0) text += kDigits[(buffer << (5 - bits)) & 31];
  while (text.size() % 8 != 0) text += '=';
  call.ReturnText(text);
}

const ScalarFunction kFunctions[] = {
    {"tarn_crc32", {kBlob}, kInteger, Crc32},
    {"tarn_big_endian", {kBlob, kInteger}, kInteger, BigEndian},
    {"tarn_to_base32", {kBlob}, FunctionType::kText, ToBase32},
};

}  // namespace

std::span<const ScalarFunction> BinaryExtensions() { return kFunctions; }

}  // namespace tarn::query
