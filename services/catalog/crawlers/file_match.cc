#include "services/catalog/crawlers/file_match.h"

#include <algorithm>
#include <map>

#include "services/catalog/crawlers/similar_folders.h"

namespace tarn::catalog {
namespace {

// So much of a file of another format must be the table's.
constexpr int64_t kCommonAcrossFormats = 50;

// What the files of a table are like.
struct Likeness {
  FileFormat format = FileFormat::kParquet;
  ColumnNames columns;
};

// By the files that the table has; nothing if it has none.
Result<std::optional<Likeness>> LikenessOfTable(TableReader& tables, const TableChange& change) {
  const auto first = tables.ListFiles(change.name, "", 1);
  if (!first.ok() && first.error().code() == Code::kNotFound) return std::optional<Likeness>();
  TARN_TRY(first);
  if (first->empty()) return std::optional<Likeness>();
  TARN_ASSIGN(const Table table, tables.GetTable(change.name));
  return std::optional(Likeness{first->front().layout->format, NamesOf(table.columns)});
}

// By the format, and within it by the columns, that most of the new files have.
Likeness LikenessOfFiles(const std::vector<DataFile>& files) {
  std::map<FileFormat, int64_t> formats;
  for (const DataFile& file : files) ++formats[file.layout->format];
  const auto most = [](const auto& a, const auto& b) { return a.second < b.second; };
  Likeness likeness{std::max_element(formats.begin(), formats.end(), most)->first, {}};
  std::map<ColumnNames, int64_t> columns;
  for (const DataFile& file : files) {
    if (file.layout->format == likeness.format) ++columns[NamesOf(file.layout->columns)];
  }
  likeness.columns = std::max_element(columns.begin(), columns.end(), most)->first;
  return likeness;
}

std::optional<Error> Stranger(const CrawlerDefinition& definition, const Likeness& likeness,
                              const DataFile& file, const TableName& table) {
  const bool other_format = file.layout->format != likeness.format;
  const bool must_be_similar = definition.grouping.mode == Grouping::Mode::kSimilar;
  if (!other_format && !must_be_similar) return std::nullopt;
  const int64_t wanted = must_be_similar ? definition.grouping.similarity : kCommonAcrossFormats;
  const int64_t common = Similarity(likeness.columns, NamesOf(file.layout->columns));
  if (common >= wanted) return std::nullopt;
  return Error(Code::kUnprocessable, "the " + std::string(FormatName(file.layout->format)) +
                                         " file lies in the folder of the table " + table.table +
                                         ", which is made of " + FormatName(likeness.format) +
                                         " files, but they have only " + std::to_string(common) +
                                         " of 100 columns in common (" + std::to_string(wanted) +
                                         " are needed): move it, exclude it, or crawl everything again");
}

}  // namespace

Status RefuseStrangers(const CrawlerDefinition& definition, TableReader& tables, TableChange& change,
                       const Refuse& refuse) {
  if (change.added.empty()) return Ok();
  TARN_ASSIGN(auto likeness, LikenessOfTable(tables, change));
  if (!likeness) likeness = LikenessOfFiles(change.added);
  std::vector<DataFile> fitting;
  for (DataFile& file : change.added) {
    if (auto reason = Stranger(definition, *likeness, file, change.name)) {
      refuse(file, *std::move(reason));
    } else {
      fitting.push_back(std::move(file));
    }
  }
  change.added = std::move(fitting);
  return Ok();
}

}  // namespace tarn::catalog
