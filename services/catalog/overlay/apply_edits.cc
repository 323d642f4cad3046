#include "services/catalog/overlay/apply_edits.h"

#include <algorithm>
#include <utility>

#include "common/text/lower_case.h"
#include "services/catalog/overlay/type_fit.h"

namespace tarn::catalog {
namespace {

bool SameName(const std::string& a, const std::string& b) { return text::LowerCase(a) == text::LowerCase(b); }

bool FilesCallIt(const Column& column, const std::string& name) {
  if (column.file_names.empty()) return SameName(column.name, name);
  return std::any_of(column.file_names.begin(), column.file_names.end(),
                     [&](const std::string& known) { return SameName(known, name); });
}

const std::string& FoundType(const Column& column) {
  return column.found_type.empty() ? column.type : column.found_type;
}

// A path's text is not checked as it is read, so that it becomes nothing but text.
bool IsUncheckedText(const Column& column, const std::string& wanted) {
  return column.partition_key && FoundType(column) == "VARCHAR" && wanted != "VARCHAR";
}

void SetType(Column& column, const std::string& type) {
  const std::string found = FoundType(column);
  if (!IsAllowed(FitOf(found, type)) || IsUncheckedText(column, type)) return;
  column.type = type;
  column.found_type = type == found ? "" : found;
}

bool IsTaken(const std::vector<Column>& columns, const Column& column, const std::string& name) {
  return std::any_of(columns.begin(), columns.end(),
                     [&](const Column& other) { return &other != &column && SameName(other.name, name); });
}

void Rename(const std::vector<Column>& columns, Column& column, const std::string& name) {
  // The path knows a partition key by its own name only.
  if (column.partition_key || IsTaken(columns, column, name)) return;
  if (column.file_names.empty()) column.file_names.push_back(column.name);
  column.name = name;
}

// A declared column as the files have it, or as a column that no file has yet.
Column Declare(const DeclaredColumn& declared, const std::vector<Column>& found) {
  const auto same = std::find_if(found.begin(), found.end(), [&](const Column& column) {
    return column.partition_key == declared.partition_key && FilesCallIt(column, declared.name);
  });
  Column column{declared.name, declared.type, declared.partition_key};
  column.found_type = kUnknownType;
  if (same != found.end()) {
    column = *same;
    SetType(column, declared.type);
    // Files may spell it in another way.
    if (column.name != declared.name && column.file_names.empty()) column.file_names = {column.name};
    column.name = declared.name;
  }
  column.id = declared.id;
  column.comment = declared.comment;
  return column;
}

std::vector<Column> OnlyDeclared(const std::vector<Column>& found,
                                 const std::vector<DeclaredColumn>& declared) {
  std::vector<Column> columns;
  for (const DeclaredColumn& column : declared) columns.push_back(Declare(column, found));
  std::stable_partition(columns.begin(), columns.end(),
                        [](const Column& column) { return !column.partition_key; });
  return columns;
}

// Where the column that an edit is about stands, or the end.
size_t Position(const std::vector<Column>& columns, const ColumnEdit& edit) {
  const auto find = [&](auto is_it) {
    return static_cast<size_t>(std::find_if(columns.begin(), columns.end(), is_it) - columns.begin());
  };
  const size_t by_id = find([&](const Column& column) { return column.id == edit.id; });
  if (by_id < columns.size()) return by_id;
  return find([&](const Column& column) { return FilesCallIt(column, edit.found_name); });
}

std::string WhyNoType(const Column& column, const std::string& wanted) {
  if (IsUncheckedText(column, wanted)) return "the paths of the files have texts for this partition key";
  const std::string& found = FoundType(column);
  return FitOf(found, wanted) == TypeFit::kLossy
             ? "the files give " + found + ", whose values would be rounded or cut as " + wanted
             : "the files give " + found + ", which cannot be read as " + wanted;
}

}  // namespace

const Column* FindEdited(const std::vector<Column>& columns, const ColumnEdit& edit) {
  const auto position = Position(columns, edit);
  return position == columns.size() ? nullptr : &columns[position];
}

std::vector<Column> ApplyEdits(std::vector<Column> found, const TableEdits& edits) {
  std::vector<Column> columns =
      edits.declared.empty() ? std::move(found) : OnlyDeclared(found, edits.declared);
  for (const ColumnEdit& edit : edits.columns) {
    const size_t position = Position(columns, edit);
    if (position == columns.size()) continue;
    Column& column = columns[position];
    if (edit.type) SetType(column, *edit.type);
    if (edit.comment) column.comment = *edit.comment;
    if (edit.name) Rename(columns, column, *edit.name);
  }
  return columns;
}

std::vector<Column> FoundColumns(std::vector<Column> columns) {
  for (Column& column : columns) {
    column.comment.clear();
    if (!column.file_names.empty()) column.name = column.file_names[0];
    if (column.file_names.size() == 1) column.file_names.clear();
    // A column without any value is text until it gets some.
    if (column.found_type == kUnknownType)
      column.type = "VARCHAR";
    else if (!column.found_type.empty())
      column.type = std::exchange(column.found_type, "");
  }
  return columns;
}

std::vector<EditSetAside> FindSetAside(const std::vector<Column>& columns, const TableEdits& edits) {
  std::vector<EditSetAside> set_aside;
  for (const DeclaredColumn& declared : edits.declared) {
    const auto column = std::find_if(columns.begin(), columns.end(),
                                     [&](const Column& other) { return other.id == declared.id; });
    const bool edited = std::any_of(edits.columns.begin(), edits.columns.end(), [&](const ColumnEdit& edit) {
      return edit.id == declared.id && edit.type.has_value();
    });
    if (column != columns.end() && column->type != declared.type && !edited)
      set_aside.push_back({column->name, "type", declared.type, WhyNoType(*column, declared.type)});
  }
  for (const ColumnEdit& edit : edits.columns) {
    const Column* column = FindEdited(columns, edit);
    if (!column) continue;
    if (edit.type && column->type != *edit.type)
      set_aside.push_back({column->name, "type", *edit.type, WhyNoType(*column, *edit.type)});
    if (edit.name && column->name != *edit.name)
      set_aside.push_back({column->name, "name", *edit.name, "the files have a column of that name"});
  }
  return set_aside;
}

}  // namespace tarn::catalog
