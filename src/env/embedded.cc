#include "env/embedded.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "env/fd.h"

// Puts a file's bytes into the read-only data of this object.
#define EMBED(symbol, path)                                                                           \
  asm(".section .rodata\n.global thaw_embedded_" #symbol                                              \
      "\n.balign 16\n"                                                                                \
      "thaw_embedded_" #symbol ":\n.incbin \"" path                                                   \
      "\"\n"                                                                                          \
      ".global thaw_embedded_" #symbol "_end\nthaw_embedded_" #symbol "_end:\n.byte 0\n.previous\n"); \
  extern "C" const char thaw_embedded_##symbol[];                                                     \
  extern "C" const char thaw_embedded_##symbol##_end[];

EMBED(keeper, THAW_KEEPER)
EMBED(enter, THAW_ENTER)
EMBED(python_runtime, THAW_RUNTIMES "/python/thaw_runtime.py")
EMBED(python_bootstrap, THAW_RUNTIMES "/python/bootstrap.py")
EMBED(python_zygote, THAW_RUNTIMES "/python/zygote.py")
EMBED(python_prime, THAW_RUNTIMES "/python/thaw_prime.py")
EMBED(node_bootstrap, THAW_RUNTIMES "/nodejs/bootstrap.js")

#define BYTES(symbol) \
  std::string_view(thaw_embedded_##symbol, static_cast<size_t>(thaw_embedded_##symbol##_end - thaw_embedded_##symbol))

namespace thaw::env {

std::span<const EmbeddedFile> embedded_files() {
  static const EmbeddedFile files[] = {
      {"keeper", BYTES(keeper), true},
      {"runtime/libthaw_enter.so", BYTES(enter), true},
      {"runtime/thaw_runtime.py", BYTES(python_runtime)},
      {"runtime/bootstrap.py", BYTES(python_bootstrap)},
      {"runtime/zygote.py", BYTES(python_zygote)},
      {"runtime/thaw_prime.py", BYTES(python_prime)},
      {"runtime/bootstrap.js", BYTES(node_bootstrap)},
  };
  return files;
}

namespace {

Result<> make_folder(const std::string& path) {
  if (::mkdir(path.c_str(), 0755) == 0 || errno == EEXIST) return {};
  return fail("ServiceException", "cannot make folder " + path + ": " + std::strerror(errno), 500);
}

Result<> write_file(const std::string& path, const EmbeddedFile& file) {
  // A new file each time: a keeper that still runs keeps the old one.
  ::unlink(path.c_str());
  Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  std::string_view rest = file.content;
  while (fd && !rest.empty()) {
    ssize_t n = ::write(fd.get(), rest.data(), rest.size());
    if (n <= 0) break;
    rest.remove_prefix(static_cast<size_t>(n));
  }
  if (!fd || !rest.empty() || ::fchmod(fd.get(), file.executable ? 0755 : 0644) < 0) {
    return fail("ServiceException", "cannot write " + path + ": " + std::strerror(errno), 500);
  }
  return {};
}

}  // namespace

Result<> write_embedded_files(const std::string& folder) {
  CHECK_OK(make_folder(folder));
  CHECK_OK(make_folder(folder + "/runtime"));
  CHECK_OK(make_folder(folder + "/runtime/node_modules"));
  for (const EmbeddedFile& file : embedded_files()) {
    CHECK_OK(write_file(folder + "/" + std::string(file.name), file));
  }
  return {};
}

}  // namespace thaw::env
