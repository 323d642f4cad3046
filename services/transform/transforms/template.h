#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result/result.h"

namespace tarn::transform {

/// One mark between double braces.
struct TemplateMark {
  enum class Kind {
    kInput,  ///< {{ input }}, {{ input('name') }}: the objects of the run
    kRef,    ///< {{ ref('model') }}: another model's rows
    kTable,  ///< {{ table('db.t') }}: the rows that readers of a table see
    kParam,  ///< {{ param('name') }}: a value from the definition
    kRun,    ///< {{ run('id') }}: a fact of the run
  };
  Kind kind = Kind::kInput;
  std::string argument;  ///< empty for {{ input }}
  int line = 0;          ///< from 1
};

/// SQL text with marks. A mark counts wherever it stands, also in comments and string literals.
class Template {
 public:
  Template() = default;

  /// Errors: kInvalidArgument with where() = "line <n>" for a mark that is none of those or not
  /// closed.
  static Result<Template> Parse(std::string_view text);

  /// The text as it was written.
  const std::string& text() const { return text_; }

  /// In the order they stand.
  std::vector<TemplateMark> Marks() const;
  /// The arguments of the marks of that kind, in the order they stand.
  std::vector<std::string> Arguments(TemplateMark::Kind kind) const;

  /// Replaces each mark by what `value` says.
  std::string Render(const std::function<std::string(const TemplateMark&)>& value) const;

 private:
  struct Piece {
    std::string literal;
    bool is_mark = false;
    TemplateMark mark;
  };

  std::string text_;
  std::vector<Piece> pieces_;
};

}  // namespace tarn::transform
