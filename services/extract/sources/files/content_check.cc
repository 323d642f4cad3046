#include "services/extract/sources/files/content_check.h"

#include <algorithm>
#include <fstream>

#include "services/extract/sources/client/web_page.h"
#include "services/extract/sources/files/text.h"

namespace tarn::extract::files {
namespace {

using namespace std::string_view_literals;

constexpr size_t kHeadBytes = 1'024;
constexpr uint64_t kMinParquetBytes = 12;  // magic, length of the footer, magic

struct Packing {
  std::string_view ending;
  std::string_view magic;
  std::string_view name;
};
constexpr Packing kPackings[] = {{".gz"sv, "\x1f\x8b"sv, "gzip"sv},
                                 {".tgz"sv, "\x1f\x8b"sv, "gzip"sv},
                                 {".zst"sv, "\x28\xb5\x2f\xfd"sv, "zstd"sv},
                                 {".bz2"sv, "BZh"sv, "bzip2"sv},
                                 {".xz"sv,
                                  "\xfd"
                                  "7zXZ\0"sv,
                                  "xz"sv},
                                 {".zip"sv, "PK"sv, "zip"sv}};

Error Wrong(const std::string& what) { return Error(Code::kUnprocessable, what); }

Status CheckParquet(const std::filesystem::path& file, std::string_view head, bool beginning) {
  const bool starts_so = head.starts_with("PAR1") || head.starts_with("PARE");
  if (beginning && starts_so) return Ok();
  std::ifstream in(file, std::ios::binary | std::ios::ate);
  const auto size = static_cast<uint64_t>(std::max<std::streamoff>(in.tellg(), 0));
  char first[4] = {}, last[4] = {};
  in.seekg(0);
  in.read(first, 4);
  in.seekg(-4, std::ios::end);
  in.read(last, 4);
  // "PARE": the footer is encrypted (Parquet modular encryption).
  const std::string_view begin(first, 4), end(last, 4);
  const bool marked = begin == end && (begin == "PAR1" || begin == "PARE");
  if (in && size >= kMinParquetBytes && marked) return Ok();
  if (begin == "PAR1" || begin == "PARE")
    return Wrong("the Parquet file is cut off: it does not end with PAR1");
  return Wrong("expected Parquet, which starts with PAR1");
}

Status CheckText(std::string_view head, Format format) {
  if (LooksLikeHtml(head)) return Wrong("expected data, got a web page (HTML)");
  const std::string_view beginning = WithoutLeadingSpace(head);
  if (head.find('\0') != std::string_view::npos) return Wrong("expected text, got binary data");
  if (format == Format::kCsv || beginning.empty()) return Ok();
  if ("{[\"-0123456789tfn"sv.find(beginning.front()) != std::string_view::npos) return Ok();
  return Wrong("expected JSON, which no text begins like: " + std::string(1, beginning.front()));
}

}  // namespace

Result<std::string> ReadHead(const std::filesystem::path& file, size_t size) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return Error(Code::kInternal, "a file of the run's scratch directory cannot be read");
  std::string head(size, '\0');
  in.read(head.data(), static_cast<std::streamsize>(size));
  head.resize(static_cast<size_t>(in.gcount()));
  return head;
}

Status CheckContent(const std::filesystem::path& file, std::string_view name, Format format, bool beginning) {
  TARN_ASSIGN(const std::string head, ReadHead(file, kHeadBytes));
  const std::string lower = LowerCase(name);
  const bool text = format == Format::kCsv || format == Format::kJson || format == Format::kNdjson;
  for (const Packing& packing : kPackings) {
    if (lower.ends_with(packing.ending)) {
      if (head.starts_with(packing.magic)) return Ok();
      if (LooksLikeHtml(head)) return Wrong("expected data, got a web page (HTML)");
      return Wrong("the name says " + std::string(packing.name) + ", the content is something else");
    }
    // Two letters are no proof of a zip file where text is expected.
    if (text && packing.name != "zip" && head.starts_with(packing.magic)) {
      return Wrong("the content is packed with " + std::string(packing.name) +
                   ", which its name does not say");
    }
  }
  if (format == Format::kParquet || (format == Format::kAny && lower.ends_with(".parquet")))
    return CheckParquet(file, head, beginning);
  return text ? CheckText(head, format) : Ok();
}

}  // namespace tarn::extract::files
