#include "common/http/event_loop.h"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>

#include "common/http/session.h"

namespace tarn::http {
namespace {

// Deadlines are looked at by this clock instead of one timer for each: setting one is then an assignment, and
// no limit is shorter than many ticks.
constexpr std::chrono::milliseconds kTick{100};

}  // namespace

EventLoop::EventLoop(Serving& serving) : serving_(serving), request_log_(serving.metrics) {
  CheckDeadlinesLater();
  thread_ = std::thread([this] { context_.run(); });
}

EventLoop::~EventLoop() {
  keep_running_.reset();
  boost::asio::post(context_, [this] {
    ending_ = true;
    deadline_timer_.cancel();
  });
  thread_.join();
}

void EventLoop::Adopt(Socket socket, bool refuse) {
  boost::asio::dispatch(context_, [this, refuse, socket = std::move(socket)]() mutable {
    const auto session = std::make_shared<Session>(serving_, *this, std::move(socket));
    sessions_.insert(session.get());
    session->Start(refuse);
  });
}

void EventLoop::Drain() {
  boost::asio::post(context_, [this] {
    for (const auto& session : LivingSessions()) session->Drain();
  });
}

void EventLoop::Kill() {
  boost::asio::post(context_, [this] {
    for (const auto& session : LivingSessions()) session->Kill();
  });
}

// Held while they are called, since a call may end a session.
std::vector<std::shared_ptr<Session>> EventLoop::LivingSessions() {
  std::vector<std::shared_ptr<Session>> living;
  living.reserve(sessions_.size());
  for (Session* session : sessions_) {
    if (auto held = session->weak_from_this().lock()) living.push_back(std::move(held));
  }
  return living;
}

void EventLoop::CheckDeadlinesLater() {
  deadline_timer_.expires_after(kTick);
  deadline_timer_.async_wait([this](boost::system::error_code error) {
    if (error || ending_) return;
    const auto now = std::chrono::steady_clock::now();
    std::vector<std::shared_ptr<Session>> late;
    for (Session* session : sessions_) {
      if (!session->IsLate(now)) continue;
      if (auto held = session->weak_from_this().lock()) late.push_back(std::move(held));
    }
    for (const auto& session : late) session->Expire(now);
    CheckDeadlinesLater();
  });
}

}  // namespace tarn::http
