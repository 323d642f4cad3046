#include "services/transform/runs/settled_columns.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "services/transform/runs/column_types.h"
#include "services/transform/runs/csv_place.h"
#include "services/transform/runs/sql_pieces.h"

namespace tarn::transform {
namespace {

using duckdb::Column;
using duckdb::QuoteIdentifier;
using duckdb::QuoteLiteral;

constexpr size_t kMaxShownBytes = 100;
constexpr size_t kMaxColumns = 5'000;

std::string Shown(std::string value) {
  if (value.size() <= kMaxShownBytes) return value;
  size_t end = kMaxShownBytes;
  while (end > 0 && (static_cast<unsigned char>(value[end]) & 0xC0) == 0x80) --end;
  return value.substr(0, end) + "...";
}

bool MayBeTheFile(const Error& error) { return !error.retryable() && error.code() != Code::kCancelled; }

// SQL that is true for a text that cannot be read as `type`. Casts to integers round, which would change
// values.
std::string DoesNotFit(const std::string& value, const std::string& type) {
  std::string sql = "(" + value + " IS NOT NULL AND (TRY_CAST(" + value + " AS " + type + ") IS NULL";
  if (IsInteger(type)) sql += " OR NOT regexp_full_match(trim(" + value + "), '[+-]?[0-9]+')";
  return sql + "))";
}

class Settler {
 public:
  Settler(duckdb::Connection& connection, const Input& input, const std::vector<InputFile>& files, Look look,
          std::stop_token cancelled)
      : connection_(connection),
        input_(input),
        files_(files),
        look_(look),
        cancelled_(std::move(cancelled)) {}

  Result<SettledColumns> Settle(const std::vector<Column>& seen) {
    for (const DeclaredColumn& column : input_.columns)
      settled_.columns.push_back({column.name, column.type});
    if (input_.type_change == TypeChange::kWiden || input_.columns.empty()) Remember(seen);
    if (input_.format == Format::kJson || input_.format == Format::kNdjson) {
      TARN_TRY(SettleDocuments());
    } else {
      TARN_TRY(SettleRows());
    }
    if (settled_.columns.size() > kMaxColumns) {
      return Error(Code::kUnprocessable, "the input has more than " + std::to_string(kMaxColumns) +
                                             " columns; declare those that are wanted");
    }
    return std::move(settled_);
  }

 private:
  // What earlier runs saw of a declared column counts if it is wider: they did widen it.
  void Remember(const std::vector<Column>& seen) {
    for (const Column& column : seen) {
      Column* known = Find(column.name);
      if (known != nullptr) {
        known->type = CommonType(known->type, column.type);
      } else if (input_.columns.empty()) {
        settled_.columns.push_back(column);
      }
    }
  }

  Column* Find(const std::string& name) {
    const auto found = std::find_if(settled_.columns.begin(), settled_.columns.end(),
                                    [&](const Column& column) { return column.name == name; });
    return found == settled_.columns.end() ? nullptr : &*found;
  }

  bool IsUnfit(size_t file) const {
    return std::any_of(settled_.unfit.begin(), settled_.unfit.end(),
                       [file](const UnfitFile& unfit) { return unfit.file == file; });
  }

  Result<std::vector<Column>> Describe(const std::vector<std::filesystem::path>& files) {
    if (input_.format == Format::kCsv && files_.size() == 1) {
      TARN_ASSIGN(auto sniffed, SniffedCsv::Sniff(connection_, input_.csv, files,
                                                  CsvOptions(input_, settled_.columns), cancelled_));
      settled_.sniffed = std::make_shared<const SniffedCsv>(std::move(sniffed));
      return settled_.sniffed->Columns();
    }
    TARN_ASSIGN(const auto empty,
                connection_.Execute("SELECT * EXCLUDE (_file) FROM " +
                                        FilesRelation(input_, files, settled_.columns, {}) + " LIMIT 0",
                                    {}, cancelled_));
    return empty->columns();
  }

  bool HasRows(const InputFile& file) const { return !FilesWithRows(input_, {file}).empty(); }

  bool Fits(const Column& known, const Column& column) const {
    return input_.format == Format::kCsv ? CsvTypeFits(known.type, column.type)
                                         : CommonType(known.type, column.type) == known.type;
  }

  Status SettleRows() {
    const auto with_rows = FilesWithRows(input_, files_);
    if (with_rows.empty()) return Ok();
    const bool known_before = !settled_.columns.empty();
    const auto together = Describe(with_rows);
    if (!together.ok() && !MayBeTheFile(together.error())) return together.error();
    if (together.ok()) {
      AddNew(*together);
      if (look_ == Look::kTypes && AllFit(*together)) return Ok();
    }
    // One file after the other, to tell which it is.
    const std::vector<Column> known = settled_.columns;
    for (size_t i = 0; i < files_.size(); ++i) {
      if (!HasRows(files_[i])) continue;
      const auto own = Describe({files_[i].file});
      if (!own.ok() && !MayBeTheFile(own.error())) return own.error();
      if (!own.ok()) {
        settled_.unfit.push_back({i, {own.error().message(), std::nullopt}, false});
        continue;
      }
      AddNew(*own);
      TARN_TRY(Compare(i, *own, known_before));
    }
    return Ok();
  }

  void AddNew(const std::vector<Column>& columns) {
    if (!input_.columns.empty()) return;
    for (const Column& column : columns) {
      if (Find(column.name) == nullptr) settled_.columns.push_back(column);
    }
  }

  bool AllFit(const std::vector<Column>& columns) {
    return std::all_of(columns.begin(), columns.end(), [this](const Column& column) {
      const Column* known = Find(column.name);
      return known == nullptr || Fits(*known, column);
    });
  }

  // Compares a file with what is settled. If that was only inferred, just now and from the beginnings of
  // files, it is widened whatever the policy: nothing changed, the guess was wrong.
  Status Compare(size_t file, const std::vector<Column>& own, bool known_before) {
    const bool widen = input_.type_change == TypeChange::kWiden || !known_before;
    for (const Column& column : own) {
      Column* known = Find(column.name);
      if (known == nullptr) continue;
      const bool fits = Fits(*known, column);
      if (input_.format == Format::kParquet) {
        if (!fits) Differs(file, *known, column.type, "", std::nullopt, widen);
        continue;
      }
      if (fits && look_ == Look::kTypes) continue;
      TARN_ASSIGN(const auto value, FirstUnfitValue(file, *known));
      if (!value) continue;
      const std::string wider = fits ? std::string("VARCHAR") : column.type;
      Differs(file, *known, wider, value->first, PlaceOf(file, value->second), widen);
    }
    return Ok();
  }

  // A value of a CSV file that cannot be read as the column's type, and the number of its row.
  Result<std::optional<std::pair<std::string, uint64_t>>> FirstUnfitValue(size_t file, const Column& column) {
    // All of the file is text here, so that nothing fails.
    std::string relation = FilesRelation(input_, {files_[file].file}, settled_.columns, {});
    relation.insert(relation.size() - 1, ", all_varchar = true");
    const std::string value = QuoteIdentifier(column.name);
    const auto rows =
        connection_.Execute("SELECT tarn_value, tarn_row FROM (SELECT " + value +
                                " AS tarn_value, row_number() OVER () AS tarn_row FROM " + relation +
                                ") WHERE " + DoesNotFit("tarn_value", column.type) + " LIMIT 1",
                            {}, cancelled_);
    using Found = std::optional<std::pair<std::string, uint64_t>>;
    if (!rows.ok()) return MayBeTheFile(rows.error()) ? Result<Found>(Found()) : rows.error();
    TARN_ASSIGN(const auto chunk, (*rows)->Next());
    if (!chunk || chunk->rows() == 0) return Found();
    return Found(std::pair(chunk->Text(0, 0), std::stoull(chunk->Text(0, 1)) - 1));
  }

  std::optional<CsvPlace> PlaceOf(size_t file, uint64_t row) const {
    const uint64_t header = input_.csv.header.value_or(true) ? 1 : 0;
    return FindCsvRecord(files_[file].file, row + header, input_.csv.quote.value_or("\""));
  }

  void Differs(size_t file, Column& known, const std::string& type, const std::string& value,
               const std::optional<CsvPlace>& place, bool widen) {
    if (widen) {
      known.type = CommonType(known.type, type);
      return;
    }
    if (IsUnfit(file)) return;
    Fault fault{"column " + known.name + " has another type: " + known.type + " is expected, ", std::nullopt};
    fault.reason += value.empty() ? "got " + type : "got \"" + Shown(value) + "\"";
    if (place) {
      fault.reason += " in line " + std::to_string(place->line);
      fault.byte_offset = place->byte_offset;
    }
    settled_.unfit.push_back({file, std::move(fault), true});
  }

  Status SettleDocuments() {
    if (settled_.columns.empty() || FilesWithRows(input_, files_).empty()) return Ok();
    documents_ = DocumentsRelation(connection_, input_, files_);
    // Widening one column may leave others as they were: each is asked about once, with its own type.
    for (Column& column : settled_.columns) TARN_TRY(SettleMember(column));
    std::sort(settled_.unfit.begin(), settled_.unfit.end(),
              [](const auto& a, const auto& b) { return a.file < b.file; });
    return Ok();
  }

  Status SettleMember(Column& column) {
    const std::string path = QuoteLiteral(JsonPathOf(column.name));
    const std::string text = "(document->>" + path + ")", type = "json_type(document, " + path + ")";
    // Text is read as dates and the like; as numbers only numbers are, and only what is flat as text.
    std::string unfit = type + " IS NOT NULL AND " + type + " <> 'NULL' AND ";
    if (column.type == "JSON") return Ok();
    if (column.type == "VARCHAR") {
      unfit += type + " IN ('OBJECT', 'ARRAY')";
    } else if (IsInteger(column.type) || CommonType(column.type, "DOUBLE") == "DOUBLE") {
      unfit += "(" + type + " NOT IN ('UBIGINT', 'BIGINT'" + (IsInteger(column.type) ? "" : ", 'DOUBLE'") +
               ") OR TRY_CAST(" + text + " AS " + column.type + ") IS NULL)";
    } else {
      unfit += "TRY_CAST(" + text + " AS " + column.type + ") IS NULL";
    }
    std::vector<std::filesystem::path> paths;
    for (const InputFile& file : files_) paths.push_back(file.file);
    TARN_ASSIGN(const auto rows,
                connection_.Execute("SELECT _file, first(" + type + "), first(" + text + ") FROM " +
                                        documents_ + " WHERE " + unfit + " GROUP BY _file",
                                    {}, cancelled_));
    while (true) {
      TARN_ASSIGN(const auto chunk, rows->Next());
      if (!chunk) return Ok();
      for (size_t row = 0; row < chunk->rows(); ++row) {
        const auto file = std::find(paths.begin(), paths.end(), chunk->Text(row, 0)) - paths.begin();
        Note(static_cast<size_t>(file), column, chunk->Text(row, 1), chunk->Text(row, 2));
      }
    }
  }

  void Note(size_t file, Column& column, const std::string& json_type, const std::string& value) {
    if (input_.type_change == TypeChange::kWiden) {
      column.type = CommonType(column.type, TypeOfJson(json_type));
      return;
    }
    if (IsUnfit(file)) return;
    settled_.unfit.push_back({file,
                              {"the value at " + JsonPathOf(column.name) + " has another type: " +
                                   column.type + " is expected, got " + json_type + " " + Shown(value),
                               std::nullopt},
                              true});
  }

  duckdb::Connection& connection_;
  const Input& input_;
  const std::vector<InputFile>& files_;
  const Look look_;
  const std::stop_token cancelled_;
  SettledColumns settled_;
  std::string documents_;  // of a JSON input: what stands after FROM for them
};

}  // namespace

Result<SettledColumns> SettleColumns(duckdb::Connection& connection, const Input& input,
                                     const std::vector<InputFile>& files, const std::vector<Column>& seen,
                                     Look look, std::stop_token cancelled) {
  return Settler(connection, input, files, look, std::move(cancelled)).Settle(seen);
}

}  // namespace tarn::transform
