// Starts a writer process and kills it in the middle of its work.
#pragma once

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>

namespace crash {

// Runs `self --write directory` for `lifetime`, then sends SIGKILL. Answers the greatest number (8 bytes each) that
// it wrote to its standard output. Exits when the writer ended by itself.
inline uint64_t run_and_kill(const char* self, const std::string& directory, std::chrono::milliseconds lifetime) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) std::exit(1);
  pid_t writer = fork();
  if (writer == 0) {
    dup2(ends[1], STDOUT_FILENO);
    execl(self, self, "--write", directory.c_str(), nullptr);
    _exit(127);
  }
  close(ends[1]);
  std::thread killer([&] {
    std::this_thread::sleep_for(lifetime);
    kill(writer, SIGKILL);
  });
  uint64_t last = 0, number = 0;
  while (read(ends[0], &number, sizeof number) == sizeof number) last = std::max(last, number);
  killer.join();
  close(ends[0]);
  int status = 0;
  waitpid(writer, &status, 0);
  if (!WIFSIGNALED(status)) {
    fmt::print(stderr, "the writer ended by itself with status {}\n", WEXITSTATUS(status));
    std::exit(1);
  }
  return last;
}

}  // namespace crash
