#include "services/transform/runs/poison_search.h"

#include <numeric>

namespace tarn::transform {
namespace {

class Search {
 public:
  Search(int max_attempts, const std::function<Status(const std::vector<size_t>&)>& attempt)
      : attempts_left_(max_attempts), attempt_(attempt) {}

  Status In(size_t begin, size_t end) {
    if (attempts_left_-- <= 0) return Error(Code::kUnprocessable, "too many objects fail to tell them apart");
    std::vector<size_t> items(end - begin);
    std::iota(items.begin(), items.end(), begin);
    const Status status = attempt_(items);
    if (status.ok()) return Ok();
    if (status.error().retryable() || status.error().code() == Code::kCancelled) return status;
    if (items.size() == 1) {
      found_.push_back({begin, status.error()});
      return Ok();
    }
    const size_t middle = begin + items.size() / 2;
    TARN_TRY(In(begin, middle));
    return In(middle, end);
  }

  std::vector<Poison> TakeFound() { return std::move(found_); }

 private:
  int attempts_left_;
  const std::function<Status(const std::vector<size_t>&)>& attempt_;
  std::vector<Poison> found_;
};

}  // namespace

Result<std::vector<Poison>> FindPoison(
    size_t count, int max_attempts, const std::function<Status(const std::vector<size_t>& items)>& attempt) {
  Search search(max_attempts, attempt);
  if (count == 1) {
    TARN_TRY(search.In(0, 1));
  } else {
    // That all of them fail together is known.
    TARN_TRY(search.In(0, count / 2));
    TARN_TRY(search.In(count / 2, count));
  }
  return search.TakeFound();
}

}  // namespace tarn::transform
