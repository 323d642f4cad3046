#include "common/http/session.h"

#include <boost/asio/post.hpp>

// What happens to a connection from outside its coroutine.

namespace tarn::http {
namespace {

namespace net = boost::asio;
using boost::system::error_code;

constexpr size_t kUploadBlock = 64 * 1024;
constexpr size_t kPipelinedBlock = 4 * 1024, kMaxPipelined = 16 * 1024;

// The body as the handler holds it. The pipe belongs to the connection as well.
class UploadReader : public BodyReader {
 public:
  explicit UploadReader(std::shared_ptr<UploadPipe> pipe) : pipe_(std::move(pipe)) {}
  Result<size_t> Read(char* into, size_t size) override { return pipe_->Read(into, size); }

 private:
  std::shared_ptr<UploadPipe> pipe_;
};

}  // namespace

void Session::Wake() {
  if (!waiter_) return;  // the coroutine is running
  Waiter waiter = std::move(*waiter_);
  waiter_.reset();
  waiter();
}

void Session::StartReading(size_t size) {
  reading_ = true;
  socket_.async_read_some(
      net::buffer(input_.Prepare(size), size),
      [self = shared_from_this()](error_code error, size_t count) { self->OnRead(error, count); });
}

// The end of the input may be half a close, after which an answer is still welcome. A reset ends it all.
void Session::OnRead(error_code error, size_t count) {
  reading_ = false;
  input_.Commit(count);
  if (error) {
    input_ended_ = true;
    gone_ = gone_ || error != net::error::eof;
    if (exchange_) exchange_->Cancel();
  }
  PumpUpload();
  Wake();
}

void Session::StartWaitingToWrite() {
  waiting_to_write_ = true;
  socket_.async_wait(Socket::wait_write, [self = shared_from_this()](error_code) {
    self->waiting_to_write_ = false;
    self->Wake();
  });
}

// While a handler works, the next read tells that the client has gone, or brings its next request, or the
// beginning of a body that the handler has not asked for yet.
void Session::WatchForEnd() {
  const bool pumped = upload_ && upload_->wanted() && !parser_->done();
  if (pumped || reading_ || input_ended_ || killed_ || input_.size() >= kMaxPipelined) return;
  StartReading(kPipelinedBlock);
}

void Session::WakeLater() {
  net::post(loop_.context(), [self = shared_from_this()] { self->Wake(); });
}

// The last reference must go on this connection's thread, so it travels there.
void Session::Answered(std::shared_ptr<Owner> self) {
  if (loop_.context().get_executor().running_in_this_thread()) {
    answered_ = true;  // by an inline handler, called from the coroutine
    return;
  }
  net::post(loop_.context(), [this, held = std::move(self)] {
    answered_ = true;
    Wake();
  });
}

void Session::Expire(Clock::time_point now) {
  if (now >= upload_deadline_) FailUpload({408, "deadline_exceeded", "the body arrives too slowly"});
  if (now >= deadline_) {
    deadline_ = kNever;
    late_ = true;
  }
  Wake();
}

void Session::Drain() {
  if (!idle_) return;
  killed_ = true;
  Wake();
}

void Session::Kill() {
  killed_ = gone_ = true;
  if (exchange_) exchange_->Cancel();
  if (upload_) upload_->Fail(Error(Code::kCancelled, "the server stops"));
  Close(false);
  Wake();
}

void Session::Close(bool reset) {
  error_code ignored;
  if (reset) socket_.set_option(net::socket_base::linger(true, 0), ignored);
  socket_.close(ignored);
}

void Session::StartUpload() {
  upload_ =
      std::make_shared<UploadPipe>(serving_.options.stream_buffer_bytes, WakerFor(&Session::PumpUpload));
  exchange_->request.body_reader = std::make_unique<UploadReader>(upload_);
  parser_->LimitBody(exchange_->route->options.body_limit_bytes);
  if (parser_->done()) upload_->End();
}

// Moves body bytes from the socket into the pipe as long as there is room. Begins when the handler reads for
// the first time: one that refuses the body never causes it to be sent.
void Session::PumpUpload() {
  if (!upload_ || upload_failure_ || !upload_->wanted() || parser_->done()) return;
  if (upload_started_ == Clock::time_point()) {
    upload_started_ = Clock::now();
    if (input_.empty()) SendContinue();
    continue_owed_ = false;
  }
  while (upload_->HasRoom()) {
    if (upload_paused_) upload_started_ += Clock::now() - *std::exchange(upload_paused_, std::nullopt);
    size_t used = 0;
    upload_block_.clear();
    const auto refusal = parser_->ParseBody(input_.view(), &used, &upload_block_);
    input_.Consume(used);
    upload_received_ += upload_block_.size();
    if (!upload_block_.empty()) upload_->Put(upload_block_);
    if (refusal) return FailUpload(*refusal);
    if (parser_->done()) {
      upload_deadline_ = kNever;
      return upload_->End();
    }
    if (used > 0) continue;
    return ReadMoreOfUpload();
  }
  if (!upload_paused_) upload_paused_ = Clock::now();
  upload_deadline_ = kNever;
}

void Session::ReadMoreOfUpload() {
  if (input_ended_ || gone_) return FailUpload({400, "invalid_argument", "the body ended early", "end of body"});
  if (input_.size() > serving_.options.header_limit_bytes) {
    return FailUpload({431, "too_large", "a chunk's extensions or the trailers are too large"});
  }
  if (!reading_) StartReading(kUploadBlock);
  upload_deadline_ = BodyDeadline(upload_started_, upload_received_);
}

void Session::FailUpload(Refusal refusal) {
  const bool gone = input_ended_ || gone_;
  const Code code = gone                    ? Code::kCancelled
                    : refusal.status == 408 ? Code::kDeadlineExceeded
                    : refusal.status == 413 ? Code::kTooLarge
                                            : Code::kInvalidArgument;
  upload_->Fail(Error(code, refusal.detail));
  upload_failure_ = std::move(refusal);
  upload_deadline_ = kNever;
  Wake();
}

// So little is always taken by a socket that waits for the first byte of an answer.
void Session::SendContinue() {
  if (!std::exchange(continue_owed_, false)) return;
  constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  error_code error;
  const size_t sent = socket_.write_some(net::buffer(kContinue.data(), kContinue.size()), error);
  if (sent != kContinue.size()) gone_ = true;
}

}  // namespace tarn::http
