#include "tests/unit/services/catalog/inference/bad_input/in_child.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tarn {

ChildOutcome InChild(const std::function<std::string()>& work) {
  int pipes[2];
  if (::pipe(pipes) != 0) return {"no pipe", false, 0};
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(pipes[0]);
    ::alarm(60);
    const std::string said = work();
    const bool written = ::write(pipes[1], said.data(), said.size()) == static_cast<ssize_t>(said.size());
    ::_exit(written ? 0 : 1);
  }
  ::close(pipes[1]);
  ChildOutcome outcome;
  char buffer[4096];
  for (ssize_t got = 0; (got = ::read(pipes[0], buffer, sizeof buffer)) > 0;)
    outcome.said.append(buffer, static_cast<size_t>(got));
  ::close(pipes[0]);
  int status = 0;
  rusage usage{};
  ::wait4(child, &status, 0, &usage);
  outcome.exited_well = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  outcome.peak_bytes = usage.ru_maxrss * 1024;
  return outcome;
}

}  // namespace tarn
