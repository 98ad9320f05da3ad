// Blobs as files: DIR/ab/<sha256>, written as DIR/tmp/<random> and renamed when they are complete and synced.
#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <mutex>

#include "base/loop.h"
#include "base/text.h"
#include "blob/blob_store.h"
#include "blob/files.h"

namespace thaw::blob {
namespace {

std::unexpected<Error> not_found(const BlobId& id) {
  return fail("BlobNotFound", fmt::format("There is no blob {}.", id.text()), 404);
}

// What the pool's threads share. Its functions block.
struct Folder {
  std::string root;
  bool synced;
  // Between a sweep's look at a file's age and its removal no writer may take the file for its own.
  std::mutex naming;

  std::string tmp() const { return root + "/tmp"; }
  std::string shard(const BlobId& id) const { return root + "/" + id.text().substr(0, 2); }
  std::string path(const BlobId& id) const { return shard(id) + "/" + id.text(); }

  Result<void> adopt(const std::string& temporary, const BlobId& id);
};

// Gives a complete file its name, or finds that the blob is there already and makes it young again.
Result<void> Folder::adopt(const std::string& temporary, const BlobId& id) {
  CHECK_OK(make_directories(shard(id), synced));
  {
    std::lock_guard lock(naming);
    std::string name = path(id);
    if (::utimensat(AT_FDCWD, name.c_str(), nullptr, 0) == 0) {
      ::unlink(temporary.c_str());
    } else if (::rename(temporary.c_str(), name.c_str()) != 0) {
      return disk_failure("Renaming to", name, errno);
    }
  }
  if (synced) CHECK_OK(sync_directory(shard(id)));
  return {};
}

// A blob being written: lives on the pool's threads, one call at a time.
struct Upload {
  std::shared_ptr<Folder> folder;
  Hasher hasher;
  std::string path;
  File file;
  uint64_t size_bytes = 0;
  std::optional<Error> failed;
  bool finished = false;

  Upload(std::shared_ptr<Folder> into, Extra extra) : folder(std::move(into)), hasher(extra) {}
  ~Upload() {
    if (!finished && file) ::unlink(path.c_str());
  }

  Result<void> append(std::string_view bytes) {
    if (failed) return std::unexpected(*failed);
    Result<void> done = write(bytes);
    if (!done) failed = done.error();
    return done;
  }
  Result<Blob> finish() {
    CHECK_OK(append({}));  // creates the file of an empty blob
    if (folder->synced && ::fsync(file.get()) != 0) return disk_failure("Syncing", path, errno);
    Digests digests = hasher.finish();
    BlobId id = BlobId::of(digests.sha256);
    CHECK_OK(folder->adopt(path, id));
    finished = true;
    file.close();
    return Blob{std::move(id), size_bytes, std::move(digests)};
  }

 private:
  Result<void> write(std::string_view bytes) {
    if (!file) {
      CHECK_OK(make_directories(folder->tmp(), folder->synced));
      path = folder->tmp() + "/" + random_hex(32);
      TRY(file, create_file(path));
    }
    hasher.update(bytes);
    size_bytes += bytes.size();
    return write_all(file, path, bytes);
  }
};

class DirectoryWriter final : public BlobWriter {
 public:
  explicit DirectoryWriter(std::shared_ptr<Upload> upload) : upload_(std::move(upload)) {}
  // An abandoned file is removed on the pool.
  ~DirectoryWriter() override {
    if (Loop::on_loop()) Loop::current().run_blocking([upload = std::move(upload_)]() mutable { upload.reset(); });
  }
  Task<Result<void>> append(std::string chunk) override {
    return offload([upload = upload_, chunk = std::move(chunk)] { return upload->append(chunk); });
  }
  Task<Result<Blob>> finish() override {
    return offload([upload = upload_] { return upload->finish(); });
  }

 private:
  std::shared_ptr<Upload> upload_;
};

class DirectoryReader final : public BlobReader {
 public:
  DirectoryReader(std::string path, File file, uint64_t size_bytes)
      : open_(std::make_shared<Open>(std::move(path), std::move(file))), size_bytes_(size_bytes) {}
  uint64_t size_bytes() const override { return size_bytes_; }
  Task<Result<std::string>> read(uint64_t offset, size_t count) override {
    if (offset >= size_bytes_) count = 0;
    count = static_cast<size_t>(std::min<uint64_t>(count, size_bytes_ - std::min(offset, size_bytes_)));
    return offload([open = open_, offset, count] { return read_at(open->file, open->path, offset, count); });
  }

 private:
  struct Open {
    std::string path;
    File file;
    Open(std::string p, File f) : path(std::move(p)), file(std::move(f)) {}
  };
  std::shared_ptr<Open> open_;
  uint64_t size_bytes_;
};

Result<std::unique_ptr<BlobReader>> open_blob(const Folder& folder, const BlobId& id) {
  std::string path = folder.path(id);
  File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file && errno == ENOENT) return not_found(id);
  struct stat info {};
  if (!file || ::fstat(file.get(), &info) != 0) return disk_failure("Opening", path, errno);
  return std::make_unique<DirectoryReader>(path, std::move(file), static_cast<uint64_t>(info.st_size));
}

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

// Names of a folder's entries; none when it does not exist.
std::vector<std::string> entries(const std::string& path) {
  std::vector<std::string> out;
  std::unique_ptr<DIR, CloseDirectory> directory(::opendir(path.c_str()));
  while (dirent* entry = directory ? ::readdir(directory.get()) : nullptr) {
    if (entry->d_name[0] != '.') out.emplace_back(entry->d_name);
  }
  return out;
}

void remove_when_old(Folder& folder, const std::string& path, time_t before, Swept& swept) {
  std::lock_guard lock(folder.naming);
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0 || info.st_mtime > before) return;
  if (::unlink(path.c_str()) != 0) return;
  ++swept.removed;
  swept.bytes += static_cast<uint64_t>(info.st_size);
}

Swept sweep_folder(Folder& folder, const std::function<bool(const BlobId&)>& is_used, std::chrono::seconds grace) {
  Swept swept;
  time_t before = ::time(nullptr) - static_cast<time_t>(grace.count());
  for (const std::string& shard : entries(folder.root)) {
    for (const std::string& name : entries(folder.root + "/" + shard)) {
      std::optional<BlobId> id = BlobId::parse(name);
      bool unfinished = shard == "tmp";
      if (!unfinished && (!id || is_used(*id))) continue;
      remove_when_old(folder, folder.root + "/" + shard + "/" + name, before, swept);
    }
  }
  return swept;
}

class DirectoryBlobStore final : public BlobStore {
 public:
  DirectoryBlobStore(std::string directory, bool synced) : folder_(std::make_shared<Folder>()) {
    folder_->root = std::move(directory);
    folder_->synced = synced;
  }

  Task<Result<Blob>> put(std::string bytes) override {
    auto upload = std::make_shared<Upload>(folder_, Extra{});
    return offload([upload, bytes = std::move(bytes)]() -> Result<Blob> {
      CHECK_OK(upload->append(bytes));
      return upload->finish();
    });
  }
  std::unique_ptr<BlobWriter> begin(Extra extra) override {
    return std::make_unique<DirectoryWriter>(std::make_shared<Upload>(folder_, extra));
  }
  Task<Result<std::unique_ptr<BlobReader>>> open(BlobId id) override {
    return offload([folder = folder_, id = std::move(id)] { return open_blob(*folder, id); });
  }
  Task<Result<std::string>> get(BlobId id, uint64_t bytes_max) override {
    CO_TRY(std::unique_ptr<BlobReader> reader, co_await open(id));
    if (reader->size_bytes() > bytes_max) {
      co_return fail("BlobTooLarge", fmt::format("The blob has more than {} bytes.", bytes_max), 400);
    }
    co_return co_await reader->read(0, static_cast<size_t>(reader->size_bytes()));
  }
  Task<Result<std::string>> path(BlobId id) override {
    return offload([folder = folder_, id = std::move(id)]() -> Result<std::string> {
      std::string path = folder->path(id);
      if (::access(path.c_str(), F_OK) != 0) return not_found(id);
      return path;
    });
  }
  Task<Result<void>> remove(BlobId id) override {
    return offload([folder = folder_, id = std::move(id)]() -> Result<void> {
      std::string path = folder->path(id);
      std::lock_guard lock(folder->naming);
      if (::unlink(path.c_str()) != 0 && errno != ENOENT) return disk_failure("Removing", path, errno);
      return {};
    });
  }
  Task<Result<Swept>> sweep(std::function<bool(const BlobId&)> is_used, std::chrono::seconds grace) override {
    return offload([folder = folder_, is_used = std::move(is_used), grace]() -> Result<Swept> {
      return sweep_folder(*folder, is_used, grace);
    });
  }

 private:
  std::shared_ptr<Folder> folder_;
};

}  // namespace

std::unique_ptr<BlobStore> make_directory_blob_store(std::string directory, bool synced) {
  return std::make_unique<DirectoryBlobStore>(std::move(directory), synced);
}

}  // namespace thaw::blob
