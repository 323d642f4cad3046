#include "services/catalog/inference/inferred_file.h"

#include <algorithm>
#include <array>

#include "services/catalog/evolution/type_merge.h"
#include "services/catalog/inference/csv/csv_inference.h"
#include "services/catalog/inference/json/json_inference.h"
#include "services/catalog/tables/schema_merge.h"
#include "services/catalog/types/type_parser.h"

namespace tarn::catalog {
namespace {

// Of a JSON file this much is read; JSON cannot be entered in its middle.
constexpr uint64_t kMaxJsonBytes = 64'000'000;
constexpr size_t kFirstBytes = 512;

struct Suffix {
  std::string_view text;
  FileFormat format;
};
constexpr std::array<Suffix, 9> kSuffixes = {{{".parquet", FileFormat::kParquet},
                                              {".pq", FileFormat::kParquet},
                                              {".csv", FileFormat::kCsv},
                                              {".tsv", FileFormat::kCsv},
                                              {".tab", FileFormat::kCsv},
                                              {".psv", FileFormat::kCsv},
                                              {".json", FileFormat::kJson},
                                              {".ndjson", FileFormat::kJson},
                                              {".jsonl", FileFormat::kJson}}};
constexpr std::array<std::string_view, 5> kPackedSuffixes = {".gz", ".zst", ".bz2", ".zip", ".gzip"};

struct Foreign {
  std::string_view magic;
  const char* what;
};
constexpr std::array<Foreign, 7> kForeign = {{{"\x89PNG", "a PNG image"},
                                              {"%PDF-", "a PDF document"},
                                              {"Obj\x01", "an Avro file"},
                                              {"ORC", "an ORC file"},
                                              {"\xd0\xcf\x11\xe0", "an old Office document (xls)"},
                                              {"SQLite format 3", "an SQLite database"},
                                              {"ARROW1", "an Arrow file"}}};

std::optional<FileFormat> FormatOfName(std::string name) {
  name = FoldCase(name);
  for (const std::string_view packed : kPackedSuffixes) {
    if (name.ends_with(packed)) name.resize(name.size() - packed.size());
  }
  for (const Suffix& suffix : kSuffixes) {
    if (name.ends_with(suffix.text)) return suffix.format;
  }
  return std::nullopt;
}

FormatVerdict Chosen(FileFormat format, double confidence, std::string reason) {
  return {format, {"format", FormatName(format), confidence, {}, std::move(reason)}};
}

// A JSON text begins with a bracket, and a CSV file may, too: the first record tells.
FormatVerdict FormatOfText(const std::filesystem::path& file, std::string first) {
  const auto encoding = decoding::JsonEncoding(first);
  if (encoding != decoding::Encoding::kUtf8) first = decoding::ToUtf8(std::move(first), encoding);
  const size_t at = first.find_first_not_of(" \t\r\n\xef\xbb\xbf");
  if (at == std::string_view::npos || (first[at] != '{' && first[at] != '[')) {
    FormatVerdict verdict =
        Chosen(FileFormat::kCsv, 0.9, "text that does not begin as JSON does; the name tells nothing");
    verdict.decision.alternatives.push_back({"json", 0, "it would begin with { or ["});
    return verdict;
  }
  const auto record = inference::InferJson(file, {1, true, {}});
  FormatVerdict verdict =
      record.ok() ? Chosen(FileFormat::kJson, 0.95, "the first record is JSON; the name tells nothing")
                  : Chosen(FileFormat::kCsv, 0.8, "it begins as JSON does, but is none");
  verdict.decision.alternatives.push_back(
      record.ok() ? inference::Alternative{"csv", 0.05, "any text may be CSV"}
                  : inference::Alternative{"json", 0.1, record.error().message()});
  return verdict;
}

Result<std::string> FirstUnpackedBytes(const std::filesystem::path& path) {
  TARN_ASSIGN(const auto file, unpacking::File::Open(path));
  TARN_ASSIGN(std::string first, file->ReadAt(0, kFirstBytes));
  const auto codec = unpacking::DetectCodec(first);
  if (codec == unpacking::Codec::kNone) return first;
  TARN_ASSIGN(const auto source, unpacking::OpenDecoded(*file, codec));
  std::string unpacked(kFirstBytes, '\0');
  TARN_ASSIGN(const size_t got, source->Read(unpacked.data(), unpacked.size()));
  unpacked.resize(got);
  return unpacked;
}

// What is not known is shown as text, as a table of this file alone would have it.
std::string Shown(const std::string& type) {
  const auto parsed = ParseType(type);
  return parsed.ok() ? WithoutUnknowns(*parsed) : type;
}

Result<InferredFile> InferText(const std::filesystem::path& file, std::stop_token cancelled) {
  TARN_ASSIGN(const auto sample, inference::SampleText(file, {}, cancelled));
  TARN_ASSIGN(auto verdict, inference::InferCsv(sample, cancelled));
  InferredFile inferred;
  inferred.encoding = inference::EncodingName(sample.encoding.encoding);
  inferred.compression = unpacking::CodecName(sample.codec);
  inferred.csv = InferredCsv{verdict.dialect, verdict.skip_lines, verdict.header_lines, verdict.footer_lines};
  for (const auto& column : verdict.columns)
    inferred.columns.push_back({column.name, Shown(column.type), column.format, {}});
  inferred.rows = verdict.rows;
  inferred.complete = sample.complete;
  inferred.evidence = std::move(verdict.evidence);
  return inferred;
}

Result<InferredFile> InferRecords(const std::filesystem::path& file, std::stop_token cancelled) {
  TARN_ASSIGN(auto verdict, inference::InferJson(file, {kMaxJsonBytes, true}, cancelled));
  InferredFile inferred;
  inferred.format = FileFormat::kJson;
  inferred.encoding = decoding::EncodingName(verdict.encoding);
  inferred.compression = unpacking::CodecName(verdict.codec);
  inferred.json_layout = verdict.layout;
  inferred.records_path = verdict.records_path;
  for (const auto& column : verdict.columns) inferred.columns.push_back({column.name, Shown(column.type)});
  inferred.rows = verdict.rows;
  inferred.complete = verdict.evidence.sample.complete;
  inferred.evidence = std::move(verdict.evidence);
  return inferred;
}

Result<InferredFile> InferParquet(FileInspector& inspector, const std::filesystem::path& file,
                                  std::stop_token cancelled) {
  TARN_ASSIGN(const Inspection inspection, inspector.Inspect(file, FileFormat::kParquet, cancelled));
  InferredFile inferred;
  inferred.format = FileFormat::kParquet;
  inferred.rows = inspection.rows;
  for (const Column& column : inspection.layout.columns) {
    inferred.columns.push_back({column.name, column.type});
    for (const ColumnStatistics& known : inspection.statistics) {
      if (known.column == column.name) inferred.columns.back().statistics = known;
    }
    inference::ColumnEvidence evidence;
    evidence.name = column.name;
    evidence.type = column.type;
    evidence.confidence = 1;
    evidence.note = "as the footer says";
    inferred.evidence.columns.push_back(std::move(evidence));
  }
  std::error_code ignored;
  inferred.evidence.sample.file_bytes = std::filesystem::file_size(file, ignored);
  inferred.evidence.notes.push_back("only the footer was read");
  return inferred;
}

}  // namespace

Result<FormatVerdict> DetectFormat(const std::filesystem::path& file, const std::string& name) {
  TARN_ASSIGN(const std::string first, FirstUnpackedBytes(file));
  if (first.starts_with("PAR1") || first.starts_with("PARE"))
    return Chosen(FileFormat::kParquet, 1, "it begins with Parquet's magic bytes");
  for (const Foreign& foreign : kForeign) {
    const bool text =
        foreign.magic == "ORC" && first.size() > 3 && static_cast<unsigned char>(first[3]) >= 0x20;
    if (first.starts_with(foreign.magic) && !text)
      return Error(Code::kUnprocessable, std::string("this is no table that Tarn reads but ") + foreign.what);
  }
  if (const auto by_name = FormatOfName(name))
    return Chosen(*by_name, 0.99,
                  "the name ends as those of such files do, and the first bytes are no other format's");
  return FormatOfText(file, first);
}

Result<InferredFile> InferFile(FileInspector& inspector, const std::filesystem::path& file,
                               const std::string& name, std::stop_token cancelled) {
  TARN_ASSIGN(FormatVerdict verdict, DetectFormat(file, name));
  const FileFormat format = verdict.format;
  auto inferred = format == FileFormat::kCsv    ? InferText(file, cancelled)
                  : format == FileFormat::kJson ? InferRecords(file, cancelled)
                                                : InferParquet(inspector, file, cancelled);
  if (!inferred.ok()) return inferred;
  inferred->evidence.object = name;
  auto& decisions = inferred->evidence.decisions;
  decisions.insert(decisions.begin(), std::move(verdict.decision));
  for (auto& column : inferred->evidence.columns) {
    for (auto& against : column.ruled_out) against.place.object = name;
  }
  return inferred;
}

}  // namespace tarn::catalog
