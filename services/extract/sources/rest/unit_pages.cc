#include "services/extract/sources/rest/unit_pages.h"

#include "common/checksums/checksum.h"
#include "common/ids/ulid.h"
#include "services/extract/sources/rest/page_id.h"

namespace tarn::extract::rest {
namespace {

constexpr size_t kSmallPageBytes = 1 << 20;

std::string HashOf(std::string_view content) {
  return ToHex(checksums::Compute(checksums::Algorithm::kSha256, content));
}

}  // namespace

UnitPages::UnitPages(RunFrame& frame, const Unit& unit, const Paginator& paginator, How how)
    : frame_(frame),
      unit_(unit),
      stream_(*unit.stream),
      paginator_(paginator),
      how_(how),
      decoder_(stream_, how.needs_records || stream_.paginator.last_record),
      notes_(frame.context.scratch, unit.path + "\n" + unit.prefix),
      provable_(FirstPageMayProve(stream_) && !stream_.has_children && !frame.context.window) {}

Result<UnitPage> UnitPages::Get(int64_t number, const PageToken& token, int64_t received) {
  TARN_TRY(frame_.Check());
  TARN_ASSIGN(const RequestDraft draft, Draft(token));
  const std::string url = draft.FullUrl();
  const auto noted = notes_.Load(number);
  if (noted && !noted->stored) {
    UnitPage page{.content = {}, .look = *noted, .next = {}, .cursors = {}, .request = ""};
    TARN_ASSIGN(page.next, paginator_.Next(token, url, page.look, received + page.look.received));
    return page;
  }
  TARN_ASSIGN(std::optional<std::string> stored, frame_.context.pages.Find(PageIdOf(unit_, number)));
  const bool is_new = !stored;
  auto got = stored ? Restore(number, *std::move(stored), token) : Fetch(number, token);
  if (!got.ok()) return got;
  UnitPage& page = *got;
  if (page.request.empty()) page.request = draft.method + " " + url;
  TARN_ASSIGN(page.next, paginator_.Next(token, url, page.look, received + page.look.received));
  // An empty end is no page, but that a whole stream has become empty is worth a page, unless only news was
  // asked for.
  const bool is_empty_end = page.content.records == 0 && !page.next && (number > 0 || how_.tracker);
  if (is_new && is_empty_end) page.look.stored = false;
  if (page.look.stored) {
    if (is_new) TARN_TRY(BeforeStore(number, page));
    TARN_TRY(Store(number, page));
  } else {
    TARN_TRY(notes_.Save(number, page.look));
  }
  page.connection.reset();
  if (!how_.needs_records) page.content = {};  // pages may wait long for those before them
  return got;
}

Result<UnitPage> UnitPages::Restore(int64_t number, std::string stored, const PageToken& token) {
  UnitPage page;
  TARN_ASSIGN(page.content, decoder_.Decode(std::move(stored), ""));
  if (const auto noted = notes_.Load(number)) {
    page.look = *noted;
    // After a power cut the note may be older than the page.
    const bool may_be = !page.look.validators.empty();
    if (may_be && page.look.content_hash != HashOf(*page.content.text)) page.look.validators = {};
  } else if (!how_.needs_notes) {
    TARN_ASSIGN(page.look, decoder_.Look(page.content, nullptr, number == 0));
  } else {
    // Only the source can still say what followed this page.
    TARN_ASSIGN(UnitPage fetched, Fetch(number, token, true));
    page.look = fetched.look;
    page.look.stored = true;
    page.look.validators = {};  // of what the source has now
  }
  if (how_.tracker) {
    TARN_ASSIGN(page.cursors, how_.tracker->Read(page.content.elements));
  }
  return page;
}

// `in_any_case`: also if it is what it was in the last success.
Result<UnitPage> UnitPages::Fetch(int64_t number, const PageToken& token, bool in_any_case) {
  TARN_ASSIGN(const RequestDraft draft, Draft(token));
  const bool is_first = number == 0 && provable_;
  const std::string fingerprint = is_first ? RequestFingerprint(stream_, draft) : "";
  const Validators* known = is_first && !in_any_case ? Known(fingerprint) : nullptr;
  auto connection = std::make_unique<Slots::Held>(frame_.connections);
  TARN_ASSIGN(Answer answer, frame_.api.Fetch(stream_, draft, known));
  // While small pages wait for the disk, others are fetched; of large ones there must not be too many.
  if (answer.body.size() <= kSmallPageBytes) connection.reset();
  UnitPage page;
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
  if (how_.needs_notes) TARN_TRY(notes_.Save(number, page.look));
  return page;
}

// What can say that the page is as it was, if it may be asked for so.
const Validators* UnitPages::Known(const std::string& fingerprint) const {
  const bool same = unit_.validators && unit_.validators->request == fingerprint;
  return frame_.options.conditional && same ? &*unit_.validators : nullptr;
}

Status UnitPages::LeaveOut(UnitPage& page) const {
  if (!how_.tracker) return Ok();
  TARN_ASSIGN(page.cursors, how_.tracker->Read(page.content.elements));
  if (page.cursors.left_out_count == 0) return Ok();
  frame_.context.progress.Count("records_left_out", page.cursors.left_out_count);
  TARN_ASSIGN(page.content, decoder_.Without(page.content, page.cursors.left_out));
  TARN_ASSIGN(page.cursors, how_.tracker->Read(page.content.elements));
  return Ok();
}

Status UnitPages::BeforeStore(int64_t number, UnitPage& page) {
  if (unit_.validators) TARN_TRY(frame_.stored_since.Note());
  if (page.look.validators.empty()) return Ok();
  page.look.content_hash = HashOf(*page.content.text);
  return notes_.Save(number, page.look);
}

Status UnitPages::Store(int64_t number, UnitPage& page) {
  const PageFacts facts{page.content.records, page.request, page.content.first_record};
  TARN_TRY(frame_.context.pages.Put(PageIdOf(unit_, number), *page.content.text, facts));
  ++stored_;
  return Ok();
}

Result<RequestDraft> UnitPages::Draft(const PageToken& token) const {
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

}  // namespace tarn::extract::rest
