#include <vector>

#include "services/query/functions/function_entry.h"

namespace tarn::query {
namespace {

constexpr auto kScalar = FunctionEntry::Kind::kScalar;

const std::vector<FunctionEntry>& Table() {
  static const std::vector<FunctionEntry> table = {
      {"crc32",
       kScalar,
       How::kExtension,
       "The CRC-32 checksum.",
       "crc32(to_utf8('CRC me!')) = 38028046",
       {{"(varbinary) -> bigint", "tarn_crc32($1)"}}},
      {"from_base64",
       kScalar,
       How::kNative,
       "Bytes from base64.",
       "from_utf8(from_base64('YWJj')) = \"abc\"",
       {{"(varchar) -> varbinary", "from_base64($1)"}}},
      {"from_big_endian_32",
       kScalar,
       How::kExtension,
       "A big-endian integer of 4 bytes.",
       "from_big_endian_32(from_hex('00000001')) = 1",
       {{"(varbinary) -> integer", "CAST(tarn_big_endian($1, CAST(4 AS BIGINT)) AS INTEGER)"}}},
      {"from_big_endian_64",
       kScalar,
       How::kExtension,
       "A big-endian integer of 8 bytes.",
       "from_big_endian_64(from_hex('0000000000000001')) = 1",
       {{"(varbinary) -> bigint", "tarn_big_endian($1, CAST(8 AS BIGINT))"}}},
      {"from_hex",
       kScalar,
       How::kNative,
       "Bytes from hexadecimal digits.",
       "from_utf8(from_hex('616263')) = \"abc\"",
       {{"(varchar) -> varbinary", "from_hex(tarn_check_hex($1))"}}},
      {"from_utf8",
       kScalar,
       How::kNative,
       "Text from UTF-8.",
       "from_utf8(X'616263') = \"abc\"",
       {{"(varbinary) -> varchar", "decode($1)"}}},
      {"md5",
       kScalar,
       How::kNative,
       "The MD5 hash.",
       "to_hex(md5(to_utf8('abc'))) = \"900150983CD24FB0D6963F7D28E17F72\"",
       {{"(varbinary) -> varbinary", "from_hex(md5($1))"}}},
      {"sha1",
       kScalar,
       How::kNative,
       "The SHA-1 hash.",
       "to_hex(sha1(to_utf8('abc'))) = \"A9993E364706816ABA3E25717850C26C9CD0D89D\"",
       {{"(varbinary) -> varbinary", "from_hex(sha1($1))"}}},
      {"sha256",
       kScalar,
       How::kNative,
       "The SHA-256 hash.",
       "substr(to_hex(sha256(to_utf8('abc'))), 1, 8) = \"BA7816BF\"",
       {{"(varbinary) -> varbinary", "from_hex(sha256($1))"}}},
      {"to_base32",
       kScalar,
       How::kExtension,
       "Base32 of bytes.",
       "to_base32(to_utf8('abc')) = \"MFRGG===\"",
       {{"(varbinary) -> varchar", "tarn_to_base32($1)"}}},
      {"to_base64",
       kScalar,
       How::kNative,
       "Base64 of bytes.",
       "to_base64(to_utf8('abc')) = \"YWJj\"",
       {{"(varbinary) -> varchar", "to_base64($1)"}}},
      {"to_hex",
       kScalar,
       How::kNative,
       "The bytes in hexadecimal digits.",
       "to_hex(X'0aff') = \"0AFF\"",
       {{"(varbinary) -> varchar", "hex($1)"}}},
      {"to_utf8",
       kScalar,
       How::kNative,
       "The UTF-8 of a text.",
       "to_hex(to_utf8('é')) = \"C3A9\"",
       {{"(varchar) -> varbinary", "encode($1)"}}},
  };
  return table;
}

}  // namespace

std::span<const FunctionEntry> BinaryFunctions() { return Table(); }

}  // namespace tarn::query
