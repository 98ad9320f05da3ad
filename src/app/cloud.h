// The composition root: every part of a running Thaw, wired by constructors. `thaw up` makes one; nothing else knows
// them all.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/task.h"
#include "kv/store.h"
#include "net/loop.h"

namespace thaw::app {

struct UpOptions {
  std::string data_directory;  // state, blobs, scratch, certificates
  std::string host = "127.0.0.1";
  uint16_t port = 4566;  // 0: the system chooses
  bool virtual_clock = false;
  kv::Durability durability = kv::Durability::fsync;
  std::string account = "000000000000";
  std::string region = "us-east-1";
  std::string access_key = "test";  // of the account's root
  std::string secret_key = "test";
  std::vector<std::string> hot_folders;  // functions may be run from folders in these; see lambda/hot_code.h
  bool debug = false;                    // functions may open a debugger's port (THAW_DEBUG_PORT)
  std::string node_modules;  // @aws-sdk/* for Node.js functions; empty: the usual places
};

bool listens_on_loopback(const UpOptions& options);

// Owns the server and all services. Loop's thread only.
class Cloud {
 public:
  Cloud(net::EventLoop& loop, UpOptions options);
  ~Cloud();
  Cloud(const Cloud&) = delete;

  // Opens the store, listens, starts the services' background work. Answers the port. Errors say what to do: the port
  // is taken, the data directory is in use, was written by a newer release, or cannot be written.
  Result<uint16_t> start();
  // Finishes requests in flight, ends environments, makes everything durable.
  Task<void> stop();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

// Runs `thaw up` until SIGTERM or SIGINT; answers the process's exit code.
int run_up(UpOptions options);

}  // namespace thaw::app
