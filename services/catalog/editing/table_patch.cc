#include "services/catalog/editing/table_patch.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/json/json.h"
#include "common/text/lower_case.h"
#include "services/catalog/editing/patch_members.h"
#include "services/catalog/overlay/apply_edits.h"
#include "services/catalog/overlay/type_fit.h"
#include "services/catalog/types/type_parser.h"

namespace tarn::catalog {
namespace {

bool SameName(const std::string& a, const std::string& b) { return text::LowerCase(a) == text::LowerCase(b); }

const Column* FindColumn(const std::vector<Column>& columns, const std::string& name) {
  for (const Column& column : columns) {
    if (SameName(column.name, name)) return &column;
  }
  for (const Column& column : columns) {
    for (const std::string& known : column.file_names) {
      if (SameName(known, name)) return &column;
    }
  }
  return nullptr;
}

// The edit of a column, made if there is none.
ColumnEdit& EditOf(const Column& column, TableEdits* edits) {
  const auto found = std::find_if(edits->columns.begin(), edits->columns.end(), [&](const ColumnEdit& edit) {
    return FindEdited({column}, edit) != nullptr;
  });
  if (found != edits->columns.end()) return *found;
  edits->columns.push_back({column.id, column.file_names.empty() ? column.name : column.file_names[0]});
  return edits->columns.back();
}

Error CannotHaveType(const Column& column, const std::string& type, const std::string& pointer) {
  if (column.partition_key) {
    return Error(Code::kUnprocessable,
                 "the paths of the files have values for this partition key that are no " + type)
        .At(pointer);
  }
  const std::string& found = column.found_type.empty() ? column.type : column.found_type;
  return Error(Code::kUnprocessable, FitOf(found, type) == TypeFit::kLossy
                                         ? "the files give " + found +
                                               ", whose values would be rounded or cut as " + type +
                                               "; leave the type and cast the column in a view"
                                         : "the files give " + found + ", which cannot be read as " + type)
      .At(pointer);
}

}  // namespace

Result<TablePatch> TablePatch::Read(const nlohmann::json& body) {
  TablePatch patch;
  json::ObjectReader reader(body);
  if (const auto* value = TakeMember(reader, body, "description")) {
    TARN_ASSIGN(patch.description_, ReadText(*value, "/description", kMaxDescriptionBytes));
  }
  if (const auto* value = TakeMember(reader, body, "owner")) {
    TARN_ASSIGN(patch.owner_, ReadText(*value, "/owner", kMaxOwnerBytes));
  }
  if (const auto* value = TakeMember(reader, body, "parameters")) {
    patch.clear_parameters_ = value->is_null();
    if (!value->is_null()) {
      TARN_ASSIGN(patch.parameters_, ReadParameters(*value, "/parameters"));
    }
  }
  if (const auto* value = reader.OptionalObject("columns")) {
    for (const auto& [name, column] : value->items()) {
      TARN_ASSIGN(patch.columns_[name], ReadColumn(column, PointerTo("/columns", name)));
    }
  }
  TARN_TRY(reader.Finish());
  return patch;
}

Result<TablePatch::ColumnPatch> TablePatch::ReadColumn(const nlohmann::json& value,
                                                       const std::string& pointer) {
  ColumnPatch patch;
  patch.all = value.is_null();
  if (patch.all) return patch;
  json::ObjectReader reader(value, pointer);
  if (const auto* name = TakeMember(reader, value, "name")) {
    TARN_ASSIGN(patch.name, ReadText(*name, pointer + "/name", kMaxNameBytes));
    if (*patch.name) TARN_TRY(CheckName(**patch.name, pointer + "/name", false));
  }
  if (const auto* type = TakeMember(reader, value, "type")) {
    TARN_ASSIGN(patch.type, ReadText(*type, pointer + "/type", kMaxTypeBytes));
    if (*patch.type) {
      TARN_ASSIGN(patch.type, ReadType(**patch.type, pointer + "/type"));
    }
  }
  if (const auto* comment = TakeMember(reader, value, "comment")) {
    TARN_ASSIGN(patch.comment, ReadText(*comment, pointer + "/comment", kMaxCommentBytes));
  }
  TARN_TRY(reader.Finish());
  return patch;
}

Result<TableEdits> TablePatch::ApplyTo(const TableEdits& edits, const std::vector<Column>& columns) const {
  TableEdits after = edits;
  if (description_) after.description = description_->value_or("");
  if (owner_) after.owner = owner_->value_or("");
  if (clear_parameters_) after.parameters.clear();
  TARN_TRY(PatchParameters(parameters_, &after.parameters));
  for (const auto& [name, patch] : columns_) TARN_TRY(ApplyColumn(name, patch, columns, &after));
  std::erase_if(after.columns, [](const ColumnEdit& edit) { return edit.empty(); });
  const std::vector<Column> shown = ApplyEdits(FoundColumns(columns), after);
  for (const auto& [name, patch] : columns_) {
    const Column* before = FindColumn(columns, name);
    const auto same =
        std::find_if(shown.begin(), shown.end(), [&](const Column& c) { return c.id == before->id; });
    if (same != shown.end()) TARN_TRY(CheckColumn(name, patch, {*same}, after));
  }
  return after;
}

Status TablePatch::ApplyColumn(const std::string& name, const ColumnPatch& patch,
                               const std::vector<Column>& columns, TableEdits* edits) const {
  const std::string pointer = PointerTo("/columns", name);
  const Column* column = FindColumn(columns, name);
  if (!column) return Error(Code::kNotFound, "the table has no such column: " + name).At(pointer);
  ColumnEdit& edit = EditOf(*column, edits);
  if (patch.all) edit = {edit.id, edit.found_name};
  // What the files say anyway is no edit.
  if (patch.name) edit.name = *patch.name == edit.found_name ? std::nullopt : *patch.name;
  if (patch.type) edit.type = *patch.type;
  if (patch.comment) edit.comment = *patch.comment;
  if (edit.name && column->partition_key) {
    return Error(Code::kUnprocessable,
                 "a partition key is called as the files' path calls it; it cannot be renamed")
        .At(pointer + "/name");
  }
  return Ok();
}

Status TablePatch::CheckColumn(const std::string& name, const ColumnPatch& patch,
                               const std::vector<Column>& after, const TableEdits& edits) const {
  const std::string pointer = PointerTo("/columns", name);
  const Column& column = after[0];
  if (patch.type && *patch.type && column.type != **patch.type)
    return CannotHaveType(column, **patch.type, pointer + "/type");
  for (const ColumnEdit& edit : edits.columns) {
    if (!FindEdited(after, edit) || !edit.name || column.name == *edit.name) continue;
    return Error(Code::kConflict, "another column of the table has the name " + *edit.name)
        .At(pointer + "/name");
  }
  return Ok();
}

}  // namespace tarn::catalog
