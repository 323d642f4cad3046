#include "common/http/request_parser.h"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <limits>

namespace tarn::http {
namespace {

namespace beast = boost::beast;
using boost::system::error_code;

// The shortest rest of a chunked body is "0\r\n\r\n". Beast asserts that it gets that much at once when it
// goes on with a last chunk whose end was missing, so fewer bytes wait for the next ones.
constexpr size_t kLeastChunkedInput = 5;

Refusal ToRefusal(error_code error) {
  using beast::http::error::bad_version, beast::http::error::body_limit, beast::http::error::header_limit;
  if (error == bad_version) return {505, "http_version_not_supported", "HTTP/1.1 and HTTP/1.0 are served"};
  if (error == body_limit) return {413, "too_large", "the body is over this resource's limit"};
  if (error == header_limit) return {431, "too_large", "the request head is too large"};
  return {400, "invalid_argument", "malformed HTTP: " + error.message()};
}

}  // namespace

class RequestParser::Grammar : public beast::http::basic_parser<true> {
 public:
  // Beast's own limit is for bodies whose resource is not known yet. (Its comparison takes "none" for zero.)
  explicit Grammar(RequestHead& head) : head_(head) { body_limit(std::numeric_limits<std::uint64_t>::max()); }

  void set_body(std::string* body) { body_ = body; }

 private:
  void on_request_impl(beast::http::verb, beast::string_view method, beast::string_view target, int version,
                       error_code&) override {
    head_.method.assign(method.data(), method.size());
    head_.target.assign(target.data(), target.size());
    head_.version = version;
  }

  // Fields after the head are trailers, which nothing uses.
  void on_field_impl(beast::http::field, beast::string_view name, beast::string_view value,
                     error_code&) override {
    if (is_header_done()) return;
    head_.headers.Add(std::string(name.data(), name.size()), std::string(value.data(), value.size()));
  }

  std::size_t on_body_impl(beast::string_view bytes, error_code&) override { return Take(bytes); }
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view bytes, error_code&) override {
    return Take(bytes);
  }

  void on_response_impl(int, beast::string_view, int, error_code&) override {}
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  void on_chunk_header_impl(std::uint64_t, beast::string_view, error_code&) override {}
  void on_finish_impl(error_code&) override {}

  size_t Take(beast::string_view bytes) {
    body_->append(bytes.data(), bytes.size());
    return bytes.size();
  }

  RequestHead& head_;
  std::string* body_ = nullptr;
};

RequestParser::RequestParser() : grammar_(std::make_unique<Grammar>(head_)) {}
RequestParser::~RequestParser() = default;

std::optional<Refusal> RequestParser::ParseHead(std::string_view head) {
  error_code error;
  grammar_->header_limit(static_cast<std::uint32_t>(head.size()) + 1);
  grammar_->put(boost::asio::buffer(head.data(), head.size()), error);
  if (error) return ToRefusal(error);
  head_.chunked = grammar_->chunked();
  head_.keep_alive = grammar_->keep_alive();
  if (const auto length = grammar_->content_length()) head_.content_length = *length;
  head_.expects_continue = head_.headers.Find("Expect").has_value();
  return CheckFraming(head_);
}

void RequestParser::LimitBody(uint64_t bytes) { grammar_->body_limit(bytes); }

std::optional<Refusal> RequestParser::ParseBody(std::string_view input, size_t* used, std::string* body) {
  *used = 0;
  grammar_->set_body(body);
  while (!grammar_->is_done()) {
    const std::string_view rest = input.substr(*used);
    if (rest.size() < (head_.chunked ? kLeastChunkedInput : 1)) break;
    error_code error;
    *used += grammar_->put(boost::asio::buffer(rest.data(), rest.size()), error);
    if (error == beast::http::error::need_more) break;
    if (error) return ToRefusal(error);
  }
  return std::nullopt;
}

bool RequestParser::done() const { return grammar_->is_done(); }

}  // namespace tarn::http
