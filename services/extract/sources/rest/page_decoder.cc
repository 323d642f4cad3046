#include "services/extract/sources/rest/page_decoder.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <nlohmann/json.hpp>

#include "common/json/json.h"
#include "services/extract/sources/client/web_page.h"
#include "services/extract/sources/rest/csv_rows.h"
#include "services/extract/sources/rest/link_header.h"
#include "services/extract/sources/rest/shown_text.h"

namespace tarn::extract::rest {
namespace {

using Type = PaginatorOptions::Type;

constexpr size_t kShownBytes = 80;
constexpr size_t kMaxSampleBytes = 16 * 1024;
constexpr size_t kBeginningBytes = 1024;

Error Unexpected(const std::string& what, std::string_view text, const std::string& content_type) {
  const std::string type =
      content_type.empty() ? "no content type" : "content type " + ShownText(content_type, kShownBytes);
  return Error(Code::kUnprocessable,
               what + " (" + type + "): " + ShownText(WithoutLeadingSpace(text), kShownBytes));
}

Result<int64_t> Count(std::string_view value, const std::string& what) {
  const auto text = ScalarText(value);
  int64_t count = -1;
  if (text) {
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), count);
    if (error != std::errc() || end != text->data() + text->size()) count = -1;
  }
  if (count < 0) {
    return Error(Code::kUnprocessable,
                 what + " is not a count: " + ShownText(text.value_or(std::string(value)), kShownBytes));
  }
  return count;
}

Result<bool> Truth(std::string_view value, const std::string& what) {
  const std::string text = ScalarText(value).value_or("false");
  if (text == "true" || text == "1") return true;
  if (text == "false" || text == "0" || text.empty()) return false;
  return Error(Code::kUnprocessable, what + " is neither true nor false: " + ShownText(text, kShownBytes));
}

std::string Beginning(std::string_view text) {
  return json::Dump(std::string(text.substr(0, kBeginningBytes)));
}

std::string Sample(std::string_view record) {
  return record.size() <= kMaxSampleBytes ? std::string(record) : Beginning(record);
}

Error Missing(const std::string& what, const JsonPath& path) {
  return Error(Code::kUnprocessable, "the page has no " + what + " at " + path.Pointer());
}

}  // namespace

PageDecoder::PageDecoder(const StreamOptions& stream, bool split) : stream_(stream), split_(split) {
  const auto want = [&](const JsonPath& path) {
    wanted_.push_back(path);
    return wanted_.size();
  };
  const PaginatorOptions& paginator = stream.paginator;
  if (stream.records) records_ = want(*stream.records);
  if (paginator.total) total_ = want(*paginator.total);
  if (paginator.total_pages) total_pages_ = want(*paginator.total_pages);
  if (paginator.has_more) has_more_ = want(*paginator.has_more);
  const bool next_in_body =
      paginator.type == Type::kNextLink || (paginator.type == Type::kBodyCursor && !paginator.last_record);
  if (next_in_body) next_ = want(paginator.next);
}

const JsonSpan* PageDecoder::Found(const PageContent& page, size_t index) const {
  if (index == 0 || index > page.scan.found.size()) return nullptr;
  const auto& found = page.scan.found[index - 1];
  return found ? &*found : nullptr;
}

Result<PageContent> PageDecoder::Decode(std::string text, const std::string& content_type) const {
  PageContent page;
  page.text = std::make_shared<const std::string>(std::move(text));
  const bool is_json = stream_.decoder == Decoder::kJson || stream_.decoder == Decoder::kNdjson;
  const bool is_markup = WithoutLeadingSpace(*page.text).starts_with('<');
  if ((is_json && is_markup) || (stream_.decoder == Decoder::kCsv && LooksLikeHtml(*page.text))) {
    const std::string got = LooksLikeHtml(*page.text) ? "HTML" : "markup";
    return Unexpected(std::string("expected ") + (is_json ? "JSON" : "CSV") + ", got " + got, *page.text,
                      content_type);
  }
  switch (stream_.decoder) {
    case Decoder::kJson: {
      const Status decoded = DecodeJson(page);
      const bool no_json = !decoded.ok() && decoded.error().where() == "byte 0";
      if (no_json) return Unexpected("expected JSON", *page.text, content_type);
      if (!decoded.ok()) return decoded.error();
      break;
    }
    case Decoder::kNdjson:
      TARN_TRY(DecodeLines(page));
      break;
    case Decoder::kCsv:
      page.records = CountCsvRecords(*page.text);
      if (page.records > 0) page.first_record = Beginning(*page.text);
      break;
    case Decoder::kXml:
    case Decoder::kText:
      page.records = WithoutLeadingSpace(*page.text).empty() ? 0 : 1;
      if (page.records > 0) page.first_record = Beginning(*page.text);
      break;
  }
  return page;
}

Status PageDecoder::DecodeJson(PageContent& page) const {
  TARN_ASSIGN(page.scan, ScanJson(*page.text, wanted_));
  const JsonSpan* at = &page.scan.root;
  if (records_ != 0) {
    at = Found(page, records_);
    if (!at) {
      return Error(Code::kUnprocessable, "the page has no records at " + stream_.records->Pointer() +
                                             "; it begins with " +
                                             ShownText(page.scan.root.text, kShownBytes));
    }
  } else if (at->IsObject() && page.scan.top_arrays.size() == 1) {
    at = &page.scan.top_arrays.front();
  }
  page.records_at = *at;
  if (at->IsNull()) return Ok();
  if (!at->IsArray() && !at->IsObject()) {
    return Error(Code::kUnprocessable,
                 "expected an array of records or one record, got: " + ShownText(at->text, kShownBytes));
  }
  page.records = at->IsArray() ? at->elements : 1;
  if (page.records == 0) return Ok();
  if (!at->IsArray()) {
    page.elements = {at->text};
  } else if (split_) {
    page.elements = ElementsOf(at->text);
  }
  page.first_record = Sample(page.elements.empty() ? FirstElementOf(at->text) : page.elements.front());
  return Ok();
}

Status PageDecoder::DecodeLines(PageContent& page) const {
  const std::string_view text = *page.text;
  for (size_t start = 0; start < text.size();) {
    const size_t end = std::min(text.find('\n', start), text.size());
    std::string_view line = WithoutLeadingSpace(text.substr(start, end - start));
    if (!line.empty()) {
      const auto scan = ScanJson(line);
      if (!scan.ok()) {
        return Error(Code::kUnprocessable, "the line that starts at byte " + std::to_string(start) +
                                               " is not JSON: " + scan.error().message());
      }
      if (page.records++ == 0) page.first_record = Sample(scan->root.text);
      if (split_) page.elements.push_back(scan->root.text);
    }
    start = end + 1;
  }
  return Ok();
}

Result<PageLook> PageDecoder::Look(const PageContent& page, const Answer* answer, bool is_first) const {
  const PaginatorOptions& paginator = stream_.paginator;
  PageLook look;
  look.received = page.records;
  const std::string_view records =
      page.records_at.text.empty() ? std::string_view(*page.text) : page.records_at.text;
  if (page.records > 0) look.fingerprint = std::hash<std::string_view>()(records) | 1;
  TARN_TRY(LookInBody(page, is_first, look));
  if (!answer) return look;
  if (paginator.type == Type::kLinkHeader) look.next = FindLink(answer->headers, paginator.relation);
  if (paginator.type == Type::kHeaderCursor) look.next = answer->Header(paginator.header);
  if (!paginator.total_header.empty()) {
    const std::string value = answer->Header(paginator.total_header);
    if (value.empty() && is_first) {
      return Error(Code::kUnprocessable, "the response has no header " + paginator.total_header);
    }
    if (!value.empty()) {
      TARN_ASSIGN(look.total, Count(value, "the header " + paginator.total_header));
    }
  }
  return look;
}

Status PageDecoder::LookInBody(const PageContent& page, bool is_first, PageLook& look) const {
  const PaginatorOptions& paginator = stream_.paginator;
  const auto is_given = [](const JsonSpan* span) { return span && !span->IsNull(); };
  if (const JsonSpan* total = Found(page, total_); is_given(total)) {
    TARN_ASSIGN(look.total, Count(total->text, "the total at " + paginator.total->Pointer()));
  } else if (total_ != 0 && is_first && page.records > 0) {
    return Missing("total", *paginator.total);
  }
  if (const JsonSpan* pages = Found(page, total_pages_); is_given(pages)) {
    TARN_ASSIGN(look.total_pages,
                Count(pages->text, "the number of pages at " + paginator.total_pages->Pointer()));
  } else if (total_pages_ != 0 && is_first && page.records > 0) {
    return Missing("number of pages", *paginator.total_pages);
  }
  if (const JsonSpan* more = Found(page, has_more_)) {
    TARN_ASSIGN(look.has_more, Truth(more->text, "has_more at " + paginator.has_more->Pointer()));
  } else if (has_more_ != 0) {
    return Missing("has_more", *paginator.has_more);
  }
  if (const JsonSpan* next = Found(page, next_); is_given(next) && next->text != "false") {
    const auto text = ScalarText(next->text);
    if (!text)
      return Error(Code::kUnprocessable,
                   "what leads to the next page is no text: " + ShownText(next->text, kShownBytes));
    look.next = *text;
  }
  if (paginator.last_record && !page.elements.empty()) {
    const auto value = ValueAt(page.elements.back(), *paginator.last_record);
    const auto text = value ? ScalarText(*value) : std::nullopt;
    if (!text) return Missing("cursor in its last record", *paginator.last_record);
    look.next = *text;
  }
  return Ok();
}

Result<PageContent> PageDecoder::Without(const PageContent& page, const std::vector<bool>& left_out) const {
  const bool is_lines = stream_.decoder == Decoder::kNdjson;
  std::string records;
  for (size_t i = 0; i < page.elements.size(); ++i) {
    if (left_out[i]) continue;
    if (!is_lines && !records.empty()) records += ',';
    records += page.elements[i];
    if (is_lines) records += '\n';
  }
  if (is_lines) return Decode(std::move(records), "");
  const size_t start = static_cast<size_t>(page.records_at.text.data() - page.text->data());
  std::string text = page.text->substr(0, start) + "[" + records + "]";
  text += page.text->substr(start + page.records_at.text.size());
  return Decode(std::move(text), "");
}

}  // namespace tarn::extract::rest
