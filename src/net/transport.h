// Bytes in and out of a connection, plain or TLS, without waiting; and the waiting around them. Private to net/.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "net/http.h"
#include "net/loop.h"

namespace thaw::net {

class Transport {
 public:
  // What try_* answer besides a count of bytes.
  static constexpr ssize_t end = 0;
  static constexpr ssize_t again = -1;   // wait(), then try again
  static constexpr ssize_t error = -2;

  virtual ~Transport() = default;
  virtual ssize_t try_read(char* bytes, size_t size) = 0;
  virtual ssize_t try_write(std::span<const iovec> vectors) = 0;
  // Whether bytes can be read although the socket has none.
  virtual bool has_pending() const { return false; }
  virtual bool is_tls() const { return false; }
  // Tells the peer that nothing more will come.
  virtual void finish() { stream_.shutdown_send(); }

  // Waits for what the last `again` was about. False when the connection was closed.
  Task<bool> wait_to_read();
  Task<bool> wait_to_write();
  // Reads at least one byte; 0 at the end; a negative number on errors.
  Task<ssize_t> read(char* bytes, size_t size);
  // Writes everything; false on errors. Uses up `vectors`.
  Task<bool> write(std::span<iovec> vectors);

  Stream& stream() { return stream_; }

 protected:
  explicit Transport(Stream stream) : stream_(std::move(stream)) {}
  Stream stream_;
  // What the last `again` waits for: TLS may have to write in order to read, and the other way round.
  bool read_waits_for_writable_ = false;
  bool write_waits_for_readable_ = false;
};

std::unique_ptr<Transport> make_plain_transport(Stream stream);

Endpoint peer_of(int fd);
Endpoint local_of(int fd);

}  // namespace thaw::net
