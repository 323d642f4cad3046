#include "services/extract/sources/rest/unit_reader.h"

#include <algorithm>

#include "services/extract/sources/ordered_parallel.h"

namespace tarn::extract::rest {
namespace {

constexpr int64_t kMaxPages = 1'000'000;
constexpr size_t kMaxParents = 500'000;

bool IsNumber(std::string_view value) {
  return !value.empty() && (value[0] == '-' || (value[0] >= '0' && value[0] <= '9'));
}

}  // namespace

UnitReader::UnitReader(RunFrame& frame, Unit unit, std::vector<JsonPath> fields, int64_t connections)
    : frame_(frame),
      unit_(std::move(unit)),
      fields_(std::move(fields)),
      connections_(connections),
      stream_(*unit_.stream),
      paginator_(stream_.paginator) {}

Result<UnitResult> UnitReader::Read(const OnPage& on_page) {
  Prepare();
  Status status = ReadPages(on_page);
  if (status.ok()) status = CheckTotal();
  result_.pages_stored = pages_->stored();
  result_.unit = unit_;
  if (!status.ok() && EndsRun(status.error())) return std::move(status).error();
  if (!status.ok()) {
    const Error& error = status.error();
    result_.problem = Error(error.code(), unit_.path + ": " + error.message()).At(error.where());
  } else if (tracker_ && !cut_short_ && !frame_.context.window) {
    result_.cursor = tracker_->state();
  }
  result_.unchanged = first_.unchanged;
  if (status.ok() && !cut_short_ && !first_.validators.empty()) result_.validators = first_.validators;
  return std::move(result_);
}

void UnitReader::Prepare() {
  bool needs_notes = paginator_.NeedsHeaders();
  if (stream_.incremental) {
    // Records that are left out are not in the stored page, so that it says less than what the source sent.
    const bool leaves_out = TakeUpCursor();
    needs_notes = needs_notes || leaves_out;
  }
  const bool needs_records = tracker_ || !fields_.empty();
  pages_ = std::make_unique<UnitPages>(frame_, unit_, paginator_,
                                       UnitPages::How{tracker_.get(), needs_records, needs_notes});
}

// Returns whether records may be left out.
bool UnitReader::TakeUpCursor() {
  // A parent is read from its start when its children are read for a window: they may be of any record.
  const bool for_window = frame_.context.window.has_value();
  if (for_window) unit_.cursor = {};
  const auto window = stream_.takes_window ? frame_.context.window : std::nullopt;
  const bool leaves_out = window || !unit_.cursor.seen.empty();
  tracker_ =
      std::make_unique<CursorTracker>(*stream_.incremental, std::move(unit_.cursor), window, unit_.max_seen);
  const bool is_number = stream_.incremental->format != CursorFormat::kText &&
                         stream_.incremental->format != CursorFormat::kRfc3339 &&
                         stream_.incremental->format != CursorFormat::kDate;
  if (const auto start = tracker_->Start()) {
    unit_.values["cursor"] = unit_.values["window.from"] = {*start, is_number && IsNumber(*start)};
  }
  if (IsTime(stream_.incremental->format)) {
    unit_.values["window.to"] = {tracker_->End(frame_.context.created_at), is_number};
  }
  return leaves_out;
}

Status UnitReader::ReadPages(const OnPage& on_page) {
  next_ = paginator_.First();
  for (int64_t number = 0; next_; ++number) {
    const PageToken token = *next_;
    if (stream_.paginator.max_pages > 0 && number >= stream_.paginator.max_pages) {
      cut_short_ = true;
      break;
    }
    if (number == kMaxPages)
      return Error(Code::kUnprocessable, "the pages do not end: there are more than 1000000");
    if (paginator_.FollowsTokens() && !visited_.insert(std::hash<std::string>()(token.value)).second) {
      const std::string where = WithoutQuery(token.value);
      return Error(Code::kUnprocessable,
                   "page " + std::to_string(number - 1) + " leads back to a page that was read already")
          .At(where);
    }
    auto page = pages_->Get(number, token, received_);
    if (!page.ok()) return AtPage(page.error(), number);
    TARN_TRY(Take(number, *std::move(page)));
    on_page(total_ ? static_cast<double>(received_) /
                         static_cast<double>(std::max<int64_t>({*total_, received_, 1}))
                   : 0);

    const auto more = number == 0 && next_ && connections_ > 1 ? paginator_.PagesAfter(first_) : std::nullopt;
    if (!more) continue;
    int64_t count = std::min(*more, kMaxPages - 1);
    if (stream_.paginator.max_pages > 0) count = std::min(count, stream_.paginator.max_pages - 1);
    TARN_TRY(ReadSideBySide(count, on_page));
    number += count;
  }
  return Ok();
}

Status UnitReader::ReadSideBySide(int64_t count, const OnPage& on_page) {
  const std::function<Result<UnitPage>(int64_t)> make = [&](int64_t index) -> Result<UnitPage> {
    const int64_t number = index + 1;
    auto page = pages_->Get(number, paginator_.At(number, first_), number * first_.received);
    if (!page.ok()) return AtPage(page.error(), number);
    return page;
  };
  const std::function<Status(int64_t, UnitPage)> take = [&](int64_t index, UnitPage page) -> Status {
    const int64_t number = index + 1;
    const auto expected = paginator_.Expected(number, first_, page.look);
    if (expected && page.look.received < *expected && stream_.fail_if_fewer_than_total) {
      return Error(Code::kUnprocessable, "page " + std::to_string(number) + " has " +
                                             std::to_string(page.look.received) + " records where " +
                                             std::to_string(*expected) + " were to be expected by the total");
    }
    TARN_TRY(Take(number, std::move(page)));
    on_page(static_cast<double>(number) / static_cast<double>(count + 1));
    return Ok();
  };
  return OrderedParallel<UnitPage>(
      count, tracker_ || !fields_.empty() ? connections_ : ThreadsFor(connections_), make, take);
}

Status UnitReader::Take(int64_t number, UnitPage page) {
  const bool is_repeated =
      number > 0 && page.look.fingerprint != 0 && page.look.fingerprint == last_.fingerprint;
  if (is_repeated) {
    return Error(Code::kUnprocessable, "page " + std::to_string(number) +
                                           " has the same records as the page before it: " +
                                           "the source takes no notice of the paginator's parameters");
  }
  if (tracker_) tracker_->Observe(page.cursors, page.content.elements);
  TARN_TRY(CollectParents(page));
  received_ += page.look.received;
  if (page.look.total) {
    if (!total_) frame_.context.progress.Expect(*page.look.total);
    total_ = page.look.total;
  }
  if (number == 0) first_ = page.look;
  // What holds for the first page holds for all only if there is no other.
  if (number > 0) first_.validators = {};
  last_ = std::move(page.look);
  next_ = std::move(page.next);
  return Ok();
}

Status UnitReader::CollectParents(const UnitPage& page) {
  if (fields_.empty()) return Ok();
  for (const std::string_view record : page.content.elements) {
    ParentRecord parent;
    for (const JsonPath& path : fields_) {
      const auto value = ValueAt(record, path);
      auto text = value ? ScalarText(*value) : std::nullopt;
      parent.push_back(text ? std::optional(TemplateValue{*std::move(text), IsNumber(*value)})
                            : std::nullopt);
    }
    result_.parents.push_back(std::move(parent));
  }
  if (result_.parents.size() <= kMaxParents) return Ok();
  return Error(Code::kUnprocessable, "there are more than 500000 records to read children of");
}

Status UnitReader::CheckTotal() const {
  if (!total_ || received_ >= *total_ || cut_short_ || !stream_.fail_if_fewer_than_total) return Ok();
  return Error(Code::kUnprocessable, "the source says that there are " + std::to_string(*total_) +
                                         " records, but sent only " + std::to_string(received_));
}

Error UnitReader::AtPage(const Error& error, int64_t number) const {
  const bool concerns_page = error.code() == Code::kUnprocessable || error.code() == Code::kTooLarge;
  if (!concerns_page) return error;
  return Error(error.code(), "page " + std::to_string(number) + ": " + error.message()).At(error.where());
}

}  // namespace tarn::extract::rest
