#include "common/duckdb/scalar_function.h"

#include "common/duckdb/scalar_registration.h"
#include "common/duckdb/values.h"

namespace tarn::duckdb {
namespace {

struct Destroy {
  void operator()(duckdb_scalar_function function) const { duckdb_destroy_scalar_function(&function); }
};
using FunctionHandle = std::unique_ptr<std::remove_pointer_t<duckdb_scalar_function>, Destroy>;

TypeHandle MakeType(FunctionType type) {
  const auto list = [](FunctionType element) {
    return TypeHandle(duckdb_create_list_type(MakeType(element).get()));
  };
  switch (type) {
    case FunctionType::kText:
      return TypeHandle(duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR));
    case FunctionType::kInteger:
      return TypeHandle(duckdb_create_logical_type(DUCKDB_TYPE_BIGINT));
    case FunctionType::kDouble:
      return TypeHandle(duckdb_create_logical_type(DUCKDB_TYPE_DOUBLE));
    case FunctionType::kBoolean:
      return TypeHandle(duckdb_create_logical_type(DUCKDB_TYPE_BOOLEAN));
    case FunctionType::kBlob:
      return TypeHandle(duckdb_create_logical_type(DUCKDB_TYPE_BLOB));
    case FunctionType::kDate:
      return TypeHandle(duckdb_create_logical_type(DUCKDB_TYPE_DATE));
    case FunctionType::kTimestamp:
      return TypeHandle(duckdb_create_logical_type(DUCKDB_TYPE_TIMESTAMP));
    case FunctionType::kTexts:
      return list(FunctionType::kText);
    case FunctionType::kDoubles:
      return list(FunctionType::kDouble);
    case FunctionType::kTextRows:
      return list(FunctionType::kTexts);
    case FunctionType::kJson: {
      TypeHandle json(duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR));
      duckdb_logical_type_set_alias(json.get(), "JSON");
      return json;
    }
  }
  return nullptr;
}

void SetNull(duckdb_vector vector, idx_t row) {
  duckdb_vector_ensure_validity_writable(vector);
  duckdb_validity_set_row_invalid(duckdb_vector_get_validity(vector), row);
}

class VectorCall : public ScalarCall {
 public:
  VectorCall(const ScalarFunction& function, duckdb_data_chunk input, duckdb_vector output)
      : function_(function), output_(output) {
    for (idx_t i = 0; i < duckdb_data_chunk_get_column_count(input); ++i) {
      vectors_.push_back(duckdb_data_chunk_get_vector(input, i));
    }
  }

  void Begin(idx_t row) { row_ = row; }
  const std::string& failure() const { return failure_; }

  size_t size() const override { return vectors_.size(); }
  bool IsNull(size_t argument) const override { return duckdb::IsNull(vectors_[argument], row_); }
  std::string_view Text(size_t argument) const override { return StringElement(vectors_[argument], row_); }

  int64_t Integer(size_t argument) const override {
    const bool boolean =
        argument < function_.parameters.size() && function_.parameters[argument] == FunctionType::kBoolean;
    return boolean ? Element<bool>(vectors_[argument], row_) : Element<int64_t>(vectors_[argument], row_);
  }

  double Double(size_t argument) const override { return Element<double>(vectors_[argument], row_); }

  OptionalTexts Texts(size_t argument) const override {
    const auto entry = ListEntry(vectors_[argument], row_);
    const duckdb_vector child = duckdb_list_vector_get_child(vectors_[argument]);
    OptionalTexts texts;
    for (idx_t i = entry.offset; i < entry.offset + entry.length; ++i) {
      if (duckdb::IsNull(child, i))
        texts.emplace_back();
      else
        texts.emplace_back(StringElement(child, i));
    }
    return texts;
  }

  std::vector<std::optional<double>> Doubles(size_t argument) const override {
    const auto entry = ListEntry(vectors_[argument], row_);
    const duckdb_vector child = duckdb_list_vector_get_child(vectors_[argument]);
    std::vector<std::optional<double>> numbers;
    for (idx_t i = entry.offset; i < entry.offset + entry.length; ++i) {
      if (duckdb::IsNull(child, i))
        numbers.emplace_back();
      else
        numbers.emplace_back(Element<double>(child, i));
    }
    return numbers;
  }

  void ReturnNull() override { SetNull(output_, row_); }
  void ReturnText(std::string_view text) override {
    duckdb_vector_assign_string_element_len(output_, row_, text.data(), text.size());
  }

  void ReturnInteger(int64_t value) override {
    void* data = duckdb_vector_get_data(output_);
    switch (function_.result) {
      case FunctionType::kBoolean:
        static_cast<bool*>(data)[row_] = value != 0;
        return;
      case FunctionType::kDate:
        static_cast<int32_t*>(data)[row_] = static_cast<int32_t>(value);
        return;
      default:
        static_cast<int64_t*>(data)[row_] = value;
    }
  }

  void ReturnDouble(double value) override {
    static_cast<double*>(duckdb_vector_get_data(output_))[row_] = value;
  }
  void ReturnTexts(const OptionalTexts& texts) override { Append(output_, row_, texts); }

  void ReturnTextRows(const std::vector<OptionalTexts>& rows) override {
    const idx_t offset = duckdb_list_vector_get_size(output_);
    Grow(output_, offset + rows.size());
    const duckdb_vector child = duckdb_list_vector_get_child(output_);
    for (idx_t i = 0; i < rows.size(); ++i) Append(child, offset + i, rows[i]);
    static_cast<duckdb_list_entry*>(duckdb_vector_get_data(output_))[row_] = {offset, rows.size()};
  }

  void Fail(const std::string& message) override {
    ReturnNull();
    if (failure_.empty()) failure_ = message;
  }

 private:
  static void Grow(duckdb_vector list, idx_t size) {
    duckdb_list_vector_reserve(list, size);
    duckdb_list_vector_set_size(list, size);
  }

  static void Append(duckdb_vector list, idx_t row, const OptionalTexts& texts) {
    const idx_t offset = duckdb_list_vector_get_size(list);
    Grow(list, offset + texts.size());
    const duckdb_vector child = duckdb_list_vector_get_child(list);
    for (idx_t i = 0; i < texts.size(); ++i) {
      if (texts[i])
        duckdb_vector_assign_string_element_len(child, offset + i, texts[i]->data(), texts[i]->size());
      else
        SetNull(child, offset + i);
    }
    static_cast<duckdb_list_entry*>(duckdb_vector_get_data(list))[row] = {offset, texts.size()};
  }

  const ScalarFunction& function_;
  duckdb_vector output_;
  std::vector<duckdb_vector> vectors_;
  idx_t row_ = 0;
  std::string failure_;
};

bool AnyNull(const VectorCall& call) {
  for (size_t i = 0; i < call.size(); ++i) {
    if (call.IsNull(i)) return true;
  }
  return false;
}

void Run(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
  const auto& function = *static_cast<const ScalarFunction*>(duckdb_scalar_function_get_extra_info(info));
  VectorCall call(function, input, output);
  const idx_t rows = duckdb_data_chunk_get_size(input);
  for (idx_t row = 0; row < rows; ++row) {
    call.Begin(row);
    if (!function.takes_null && AnyNull(call)) {
      call.ReturnNull();
      continue;
    }
    function.run(call);
    if (call.failure().empty()) continue;
    duckdb_scalar_function_set_error(info, call.failure().c_str());
    return;
  }
}

void PassOn(duckdb_function_info, duckdb_data_chunk input, duckdb_vector output) {
  duckdb_vector_reference_vector(output, duckdb_data_chunk_get_vector(input, 0));
}

std::string_view View(const duckdb_string_t& text) {
  const uint32_t size = text.value.inlined.length;
  return duckdb_string_is_inlined(text) ? std::string_view(text.value.inlined.inlined, size)
                                        : std::string_view(text.value.pointer.ptr, size);
}

// Not cut within a character.
std::string Beginning(std::string_view text) {
  constexpr size_t kMaxShownBytes = 100;
  if (text.size() <= kMaxShownBytes) return std::string(text);
  size_t end = kMaxShownBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "...";
}

void RunReader(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
  const auto& function = *static_cast<const ScalarFunction*>(duckdb_scalar_function_get_extra_info(info));
  const duckdb_vector vector = duckdb_data_chunk_get_vector(input, 0);
  const auto* texts = static_cast<const duckdb_string_t*>(duckdb_vector_get_data(vector));
  auto* values = static_cast<int64_t*>(duckdb_vector_get_data(output));
  uint64_t* validity = duckdb_vector_get_validity(vector);
  const idx_t rows = duckdb_data_chunk_get_size(input);
  for (idx_t row = 0; row < rows; ++row) {
    if (validity != nullptr && !duckdb_validity_row_is_valid(validity, row)) {
      SetNull(output, row);
    } else if (const std::string_view text = View(texts[row]); !function.read(text, values[row])) {
      duckdb_scalar_function_set_error(info,
                                       ("not a value of its type: \"" + Beginning(text) + "\"").c_str());
      return;
    }
  }
}

}  // namespace

Status Register(duckdb_connection connection, const ScalarFunction& function) {
  const FunctionHandle handle(duckdb_create_scalar_function());
  duckdb_scalar_function_set_name(handle.get(), function.name);
  for (const FunctionType type : function.parameters) {
    duckdb_scalar_function_add_parameter(handle.get(), MakeType(type).get());
  }
  if (function.variadic)
    duckdb_scalar_function_set_varargs(handle.get(), MakeType(FunctionType::kText).get());
  duckdb_scalar_function_set_return_type(handle.get(), MakeType(function.result).get());
  // NULL is looked at row by row in Run: a constant NULL would end the call otherwise.
  duckdb_scalar_function_set_special_handling(handle.get());
  // The tables of functions live as long as the program.
  duckdb_scalar_function_set_extra_info(handle.get(), const_cast<ScalarFunction*>(&function), nullptr);
  const bool passes_on = function.run == nullptr && function.read == nullptr;
  duckdb_scalar_function_set_function(handle.get(),
                                      passes_on ? PassOn : function.read != nullptr ? RunReader : Run);
  if (duckdb_register_scalar_function(connection, handle.get()) == DuckDBSuccess) return Ok();
  return Error(Code::kInternal, "the SQL engine does not take the function " + std::string(function.name));
}

}  // namespace tarn::duckdb
