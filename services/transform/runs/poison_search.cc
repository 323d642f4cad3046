#include "services/transform/runs/poison_search.h"

#include <numeric>

namespace tarn::transform {
namespace {

class Search {
 public:
  Search(int max_attempts, const std::function<Status(const std::vector<size_t>&)>& attempt)
      : attempts_left_(max_attempts), attempt_(attempt) {}

  /// Looks among items that fail together.
  Status In(size_t begin, size_t end) {
    if (end - begin == 1) return Attempt(begin, end);
    const size_t middle = begin + (end - begin) / 2;
    TARN_ASSIGN(const bool left_fails, Descend(begin, middle));
    // If those on the left are fine, the others are known to fail.
    if (!left_fails) return In(middle, end);
    TARN_ASSIGN(const bool right_fails, Descend(middle, end));
    (void)right_fails;
    return Ok();
  }

  std::vector<Poison> TakeFound() { return std::move(found_); }

 private:
  Result<bool> Descend(size_t begin, size_t end) {
    TARN_TRY(Attempt(begin, end));
    if (!failed_) return false;
    if (end - begin > 1) TARN_TRY(In(begin, end));
    return true;
  }

  // Notes whether the items fail, and the item if it is one.
  Status Attempt(size_t begin, size_t end) {
    if (attempts_left_-- <= 0) return Error(Code::kUnprocessable, "too many objects fail to tell them apart");
    std::vector<size_t> items(end - begin);
    std::iota(items.begin(), items.end(), begin);
    const Status status = attempt_(items);
    failed_ = !status.ok();
    if (!failed_) return Ok();
    if (status.error().retryable() || status.error().code() == Code::kCancelled) return status;
    if (items.size() == 1) found_.push_back({begin, status.error()});
    return Ok();
  }

  bool failed_ = false;  // the last attempt
  int attempts_left_;
  const std::function<Status(const std::vector<size_t>&)>& attempt_;
  std::vector<Poison> found_;
};

}  // namespace

Result<std::vector<Poison>> FindPoison(
    size_t count, int max_attempts, const std::function<Status(const std::vector<size_t>& items)>& attempt) {
  if (count == 0) return std::vector<Poison>();
  Search search(max_attempts, attempt);
  TARN_TRY(search.In(0, count));
  return search.TakeFound();
}

}  // namespace tarn::transform
