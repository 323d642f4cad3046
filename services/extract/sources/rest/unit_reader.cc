#include "services/extract/sources/rest/unit_reader.h"

#include <algorithm>

#include "common/checksums/checksum.h"
#include "common/ids/ulid.h"
#include "services/extract/sources/ordered_parallel.h"
#include "services/extract/sources/rest/page_id.h"

namespace tarn::extract::rest {
namespace {

constexpr int64_t kMaxPages = 1'000'000;
constexpr size_t kMaxParents = 500'000;
constexpr size_t kSmallPageBytes = 1 << 20;

bool IsNumber(std::string_view value) {
  return !value.empty() && (value[0] == '-' || (value[0] >= '0' && value[0] <= '9'));
}

std::string HashOf(std::string_view content) {
  return ToHex(checksums::Compute(checksums::Algorithm::kSha256, content));
}

}  // namespace

UnitReader::UnitReader(RunFrame& frame, Unit unit, std::vector<JsonPath> fields, int64_t connections)
    : frame_(frame),
      unit_(std::move(unit)),
      fields_(std::move(fields)),
      connections_(connections),
      stream_(*unit_.stream),
      paginator_(stream_.paginator),
      decoder_(stream_, stream_.incremental || stream_.paginator.last_record || !fields_.empty()),
      notes_(frame.context.scratch, unit_.path + "\n" + unit_.prefix),
      provable_(FirstPageMayProve(stream_) && !stream_.has_children && !frame.context.window) {}

Result<UnitResult> UnitReader::Read(const OnPage& on_page) {
  Status status = Prepare();
  if (status.ok()) status = ReadPages(on_page);
  if (status.ok()) status = CheckTotal();
  result_.pages_stored = stored_;
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

Status UnitReader::Prepare() {
  needs_notes_ = paginator_.NeedsHeaders();
  if (!stream_.incremental) return Ok();
  // A parent is read from its start when its children are read for a window: they may be of any record.
  const bool for_window = frame_.context.window.has_value();
  if (for_window) unit_.cursor = {};
  const auto window = stream_.takes_window ? frame_.context.window : std::nullopt;
  // Records that are left out are not in the stored page, so that it says less than what the source sent.
  needs_notes_ = needs_notes_ || window || !unit_.cursor.seen.empty();
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
  return Ok();
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
    auto page = Get(number, token, received_);
    if (!page.ok()) return AtPage(page.error(), number);
    TARN_TRY(Take(number, token, *std::move(page)));
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
  const std::function<Result<Page>(int64_t)> make = [&](int64_t index) -> Result<Page> {
    const int64_t number = index + 1;
    auto page = Get(number, paginator_.At(number, first_), number * first_.received);
    if (!page.ok()) return AtPage(page.error(), number);
    return page;
  };
  const std::function<Status(int64_t, Page)> take = [&](int64_t index, Page page) -> Status {
    const int64_t number = index + 1;
    const auto expected = paginator_.Expected(number, first_, page.look);
    if (expected && page.look.received < *expected && stream_.fail_if_fewer_than_total) {
      return Error(Code::kUnprocessable, "page " + std::to_string(number) + " has " +
                                             std::to_string(page.look.received) + " records where " +
                                             std::to_string(*expected) + " were to be expected by the total");
    }
    TARN_TRY(Take(number, paginator_.At(number, first_), std::move(page)));
    on_page(static_cast<double>(number) / static_cast<double>(count + 1));
    return Ok();
  };
  return OrderedParallel<Page>(count, NeedsRecords() ? connections_ : ThreadsFor(connections_), make, take);
}

Result<UnitReader::Page> UnitReader::Get(int64_t number, const PageToken& token, int64_t received) {
  TARN_TRY(frame_.Check());
  TARN_ASSIGN(const RequestDraft draft, Draft(token));
  const std::string url = draft.FullUrl();
  const auto noted = notes_.Load(number);
  if (noted && !noted->stored) {
    Page page{.content = {}, .look = *noted, .next = {}, .cursors = {}, .request = ""};
    TARN_ASSIGN(page.next, paginator_.Next(token, url, page.look, received + page.look.received));
    return page;
  }
  TARN_ASSIGN(std::optional<std::string> stored, frame_.context.pages.Find(PageIdOf(unit_, number)));
  const bool is_new = !stored;
  auto got = stored ? Restore(number, *std::move(stored), token) : Fetch(number, token);
  if (!got.ok()) return got;
  Page& page = *got;
  if (page.request.empty()) page.request = draft.method + " " + url;
  TARN_ASSIGN(page.next, paginator_.Next(token, url, page.look, received + page.look.received));
  // An empty end is no page, but that a whole stream has become empty is worth a page, unless only news was
  // asked for.
  const bool is_empty_end = page.content.records == 0 && !page.next && (number > 0 || tracker_);
  if (is_new && is_empty_end) page.look.stored = false;
  if (page.look.stored) {
    if (is_new) TARN_TRY(BeforeStore(number, page));
    TARN_TRY(Store(number, page));
  } else {
    TARN_TRY(notes_.Save(number, page.look));
  }
  page.connection.reset();
  if (!NeedsRecords()) page.content = {};  // pages may wait long for those before them
  return got;
}

Result<UnitReader::Page> UnitReader::Restore(int64_t number, std::string stored, const PageToken& token) {
  Page page;
  TARN_ASSIGN(page.content, decoder_.Decode(std::move(stored), ""));
  if (const auto noted = notes_.Load(number)) {
    page.look = *noted;
    // After a power cut the note may be older than the page.
    const bool may_be = !page.look.validators.empty();
    if (may_be && page.look.content_hash != HashOf(*page.content.text)) page.look.validators = {};
  } else if (!needs_notes_) {
    TARN_ASSIGN(page.look, decoder_.Look(page.content, nullptr, number == 0));
  } else {
    // Only the source can still say what followed this page.
    TARN_ASSIGN(Page fetched, Fetch(number, token, true));
    page.look = fetched.look;
    page.look.stored = true;
    page.look.validators = {};  // of what the source has now
  }
  if (tracker_) {
    TARN_ASSIGN(page.cursors, tracker_->Read(page.content.elements));
  }
  return page;
}

Result<UnitReader::Page> UnitReader::Fetch(int64_t number, const PageToken& token, bool in_any_case) {
  TARN_ASSIGN(const RequestDraft draft, Draft(token));
  const bool is_first = number == 0 && provable_;
  const std::string fingerprint = is_first ? RequestFingerprint(stream_, draft) : "";
  const Validators* known = is_first && !in_any_case ? Known(fingerprint) : nullptr;
  auto connection = std::make_unique<Slots::Held>(frame_.connections);
  TARN_ASSIGN(Answer answer, frame_.api.Fetch(stream_, draft, known));
  // While small pages wait for the disk, others are fetched; of large ones there must not be too many.
  if (answer.body.size() <= kSmallPageBytes) connection.reset();
  Page page;
  page.connection = std::move(connection);
  page.request = answer.request;
  if (answer.unchanged) {
    page.look.end = page.look.unchanged = true;
    page.look.stored = false;
    page.look.validators = *known;
    return page;
  }
  if (answer.nothing) {
    page.look.end = true;
    page.look.stored = false;
    return page;
  }
  const std::string where = WithoutQuery(answer.url);
  const auto read = [&]() -> Status {
    TARN_ASSIGN(page.content, decoder_.Decode(std::move(answer.body), answer.Header("Content-Type")));
    TARN_ASSIGN(page.look, decoder_.Look(page.content, &answer, number == 0));
    if (is_first) page.look.validators = ValidatorsOf(answer, stream_, fingerprint);
    return LeaveOut(page);
  };
  const Status status = read();
  if (!status.ok()) return Error(status.error().code(), status.error().message()).At(where);
  if (needs_notes_) TARN_TRY(notes_.Save(number, page.look));
  return page;
}

const Validators* UnitReader::Known(const std::string& fingerprint) const {
  const bool same = unit_.validators && unit_.validators->request == fingerprint;
  return frame_.options.conditional && same ? &*unit_.validators : nullptr;
}

Status UnitReader::LeaveOut(Page& page) const {
  if (!tracker_) return Ok();
  TARN_ASSIGN(page.cursors, tracker_->Read(page.content.elements));
  if (page.cursors.left_out_count == 0) return Ok();
  frame_.context.progress.Count("records_left_out", page.cursors.left_out_count);
  TARN_ASSIGN(page.content, decoder_.Without(page.content, page.cursors.left_out));
  TARN_ASSIGN(page.cursors, tracker_->Read(page.content.elements));
  return Ok();
}

Status UnitReader::BeforeStore(int64_t number, Page& page) {
  if (unit_.validators) TARN_TRY(frame_.stored_since.Note());
  if (page.look.validators.empty()) return Ok();
  page.look.content_hash = HashOf(*page.content.text);
  return notes_.Save(number, page.look);
}

Status UnitReader::Store(int64_t number, Page& page) {
  const PageFacts facts{page.content.records, page.request, page.content.first_record};
  TARN_TRY(frame_.context.pages.Put(PageIdOf(unit_, number), *page.content.text, facts));
  ++stored_;
  return Ok();
}

Status UnitReader::Take(int64_t number, const PageToken&, Page page) {
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

Status UnitReader::CollectParents(const Page& page) {
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

Result<RequestDraft> UnitReader::Draft(const PageToken& token) const {
  TARN_ASSIGN(RequestDraft draft, DraftRequest(frame_.options, stream_, unit_.values));
  if (stream_.incremental) {
    const IncrementalOptions& incremental = *stream_.incremental;
    const auto set = [&](const std::string& param, const char* name) {
      const auto value = unit_.values.find(name);
      if (param.empty() || value == unit_.values.end()) return;
      draft.Set(incremental.in, param, value->second.text, value->second.is_number);
    };
    set(incremental.param, "cursor");
    set(incremental.end_param, "window.to");
  }
  paginator_.Apply(token, draft);
  return draft;
}

Error UnitReader::AtPage(const Error& error, int64_t number) const {
  const bool concerns_page = error.code() == Code::kUnprocessable || error.code() == Code::kTooLarge;
  if (!concerns_page) return error;
  return Error(error.code(), "page " + std::to_string(number) + ": " + error.message()).At(error.where());
}

}  // namespace tarn::extract::rest
