#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "services/extract/sources/rest/api.h"
#include "services/extract/sources/rest/json_scan.h"
#include "services/extract/sources/rest/options.h"
#include "services/extract/sources/rest/page_look.h"

namespace tarn::extract::rest {

/// A page's text and where its records are in it. The spans point into the text.
struct PageContent {
  std::shared_ptr<const std::string> text;
  int64_t records = 0;
  std::string
      first_record;     ///< as JSON; the beginning of it as a JSON text if it is long, or of another format
  JsonScan scan;        ///< of a JSON document
  JsonSpan records_at;  ///< of a JSON document: the array, or the one record
  std::vector<std::string_view> elements;  ///< each record, if PageDecoder was told to split
};

/// Reads the pages of one stream. Thread-safe.
class PageDecoder {
 public:
  /// `split`: records are needed one by one. `stream` must outlive it.
  PageDecoder(const StreamOptions& stream, bool split);

  /// Errors: kUnprocessable for a page that is not what the decoder expects (HTML, broken or truncated JSON,
  /// no UTF-8, nested too deeply, no records where they should be); the message has the byte.
  Result<PageContent> Decode(std::string text, const std::string& content_type) const;

  /// What the page says of itself. `answer` gives the headers; null if they are not needed. Errors:
  /// kUnprocessable if something that the paginator needs is missing or of another type.
  Result<PageLook> Look(const PageContent& page, const Answer* answer, bool is_first) const;

  /// The page without some of its records.
  Result<PageContent> Without(const PageContent& page, const std::vector<bool>& left_out) const;

 private:
  Status DecodeJson(PageContent& page) const;
  Status DecodeLines(PageContent& page) const;
  Status LookInBody(const PageContent& page, bool is_first, PageLook& look) const;
  const JsonSpan* Found(const PageContent& page, size_t index) const;

  const StreamOptions& stream_;
  const bool split_;
  std::vector<JsonPath> wanted_;
  size_t records_ = 0, total_ = 0, total_pages_ = 0, has_more_ = 0,
         next_ = 0;  // indexes in wanted_, from 1; 0: none
};

}  // namespace tarn::extract::rest
