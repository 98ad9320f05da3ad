/* The root of a sandbox. The keeper assembles one read-only template on a small tmpfs (binds of the host's /usr and of
 * interpreters, generated /etc); each sandbox copies the mounts, adds its own /proc, /dev/shm, /tmp, and pivots. */
#include "keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <linux/mount.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* <sys/mount.h> and <linux/mount.h> collide in this libc: the old calls are declared by hand. */
extern int mount(const char* source, const char* target, const char* type, unsigned long flags, const void* data);
extern int umount2(const char* target, int flags);
enum { DETACH = 2 };

static int sys_open_tree(int at, const char* path, unsigned flags) {
  return (int)syscall(SYS_open_tree, at, path, flags);
}
static int sys_move_mount(int from, const char* from_path, int to, const char* to_path, unsigned flags) {
  return (int)syscall(SYS_move_mount, from, from_path, to, to_path, flags);
}
static int sys_mount_setattr(int at, const char* path, unsigned flags, struct mount_attr* attributes) {
  return (int)syscall(SYS_mount_setattr, at, path, flags, attributes, sizeof(*attributes));
}

bool template_start(const char* root, struct failure* failure) {
  if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) return fail_with(failure, "make private", "/");
  if (mkdir(root, 0755) < 0 && errno != EEXIST) return fail_with(failure, "mkdir", root);
  if (mount("root", root, "tmpfs", MS_NOSUID, "size=4m,mode=755,nr_inodes=4096") < 0)
    return fail_with(failure, "mount tmpfs", root);
  return true;
}

/* mkdir -p for the folders above and including `path` below `root`; a link in the way is left as it is. */
static bool make_folders(const char* root, const char* path, bool last_too, struct failure* failure) {
  char full[4096];
  size_t base = strlen(root);
  if (snprintf(full, sizeof(full), "%s%s", root, path) >= (int)sizeof(full)) {
    errno = ENAMETOOLONG;
    return fail_with(failure, "path", path);
  }
  for (char* p = full + base + 1;; ++p) {
    if (*p != '/' && *p != 0) continue;
    bool end = *p == 0;
    if (end && !last_too) return true;
    *p = 0;
    if (mkdir(full, 0755) < 0 && errno != EEXIST) return fail_with(failure, "mkdir", full);
    if (end) return true;
    *p = '/';
  }
}

static bool step_file(const char* root, const char* path, const char* content, struct failure* failure) {
  char full[4096];
  snprintf(full, sizeof(full), "%s%s", root, path);
  if (!make_folders(root, path, false, failure)) return false;
  int fd = open(full, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return fail_with(failure, "create", full);
  size_t size = strlen(content);
  bool done = write(fd, content, size) == (ssize_t)size;
  if (!done) fail_with(failure, "write", full);
  fchmod(fd, 0644);
  close(fd);
  return done;
}

static bool step_bind(const char* root, const char* source, const char* path, bool device, struct failure* failure) {
  char full[4096];
  struct stat status;
  snprintf(full, sizeof(full), "%s%s", root, path);
  if (stat(source, &status) < 0) return fail_with(failure, "stat", source);
  if (!make_folders(root, path, S_ISDIR(status.st_mode), failure)) return false;
  if (!S_ISDIR(status.st_mode)) {
    int fd = open(full, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0) return fail_with(failure, "create", full);
    close(fd);
  }
  /* Without mounts below it (no AT_RECURSIVE), unless there is no right to separate them: then all of it. */
  int fd = sys_open_tree(AT_FDCWD, source, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
  bool recursive = false;
  if (fd < 0 && errno == EINVAL) {
    fd = sys_open_tree(AT_FDCWD, source, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
    recursive = true;
  }
  if (fd < 0) return fail_with(failure, "open tree", source);
  struct mount_attr attributes = {.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | (device ? 0 : MOUNT_ATTR_NODEV)};
  bool done = sys_mount_setattr(fd, "", AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0), &attributes) == 0;
  if (!done) fail_with(failure, "make read-only", source);
  done = done &&
         (sys_move_mount(fd, "", AT_FDCWD, full, MOVE_MOUNT_F_EMPTY_PATH) == 0 || fail_with(failure, "bind", full));
  close(fd);
  return done;
}

/* Like a bind of a folder, but through overlayfs: a bind would show the host's path in the sandbox's list of mounts. */
static bool step_veil(const char* root, const char* source, const char* path, struct failure* failure);

bool template_step(const struct packet* packet, const char* root, struct failure* failure) {
  const char* command = packet->strings[0];
  const char *first = packet->count > 1 ? packet->strings[1] : "",
             *second = packet->count > 2 ? packet->strings[2] : "";
  char full[4096];
  if (!strcmp(command, "dir")) return make_folders(root, first, true, failure);
  if (!strcmp(command, "file")) return step_file(root, first, second, failure);
  if (!strcmp(command, "bind")) return step_bind(root, first, second, false, failure);
  if (!strcmp(command, "veil")) return step_veil(root, first, second, failure);
  if (!strcmp(command, "device")) return step_bind(root, first, second, true, failure);
  if (!strcmp(command, "link")) {
    if (!make_folders(root, second, false, failure)) return false;
    snprintf(full, sizeof(full), "%s%s", root, second);
    return symlink(first, full) == 0 || errno == EEXIST || fail_with(failure, "link", full);
  }
  if (!strcmp(command, "seal")) {
    struct mount_attr attributes = {.attr_set = MOUNT_ATTR_RDONLY};
    return sys_mount_setattr(AT_FDCWD, root, 0, &attributes) == 0 || fail_with(failure, "seal", root);
  }
  if (!strcmp(command, "unseal")) { /* another interpreter is to be bound */
    struct mount_attr attributes = {.attr_clr = MOUNT_ATTR_RDONLY};
    return sys_mount_setattr(AT_FDCWD, root, 0, &attributes) == 0 || fail_with(failure, "unseal", root);
  }
  errno = EINVAL;
  return fail_with(failure, "command", command);
}

static const char* const masked_files[] = {
    "cmdline", "kcore",     "keys",      "timer_list", "sched_debug", "latency_stats", "sysrq-trigger", "kallsyms",
    "modules", "config.gz", "key-users", "interrupts", "partitions",  "diskstats",     "kmsg",          "swaps"};
static const char* const masked_folders[] = {"acpi", "scsi", "fs", "irq", "bus", "driver", "asound", "tty"};

/* /proc of this pid namespace, without what tells of the host. Masks that cannot be laid (no such file) are not needed.
 */
static bool mount_proc(const char* root, struct failure* failure) {
  char path[4096], null[4096];
  snprintf(path, sizeof(path), "%s/proc", root);
  if (mount("proc", path, "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, "hidepid=2") < 0)
    return fail_with(failure, "mount", "/proc");
  snprintf(null, sizeof(null), "%s/dev/null", root);
  for (size_t i = 0; i < sizeof(masked_files) / sizeof(*masked_files); ++i) {
    snprintf(path, sizeof(path), "%s/proc/%s", root, masked_files[i]);
    if (mount(null, path, NULL, MS_BIND, NULL) < 0 && errno != ENOENT) return fail_with(failure, "mask", path);
  }
  for (size_t i = 0; i < sizeof(masked_folders) / sizeof(*masked_folders); ++i) {
    snprintf(path, sizeof(path), "%s/proc/%s", root, masked_folders[i]);
    if (mount("none", path, "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=0,nr_inodes=2") < 0 &&
        errno != ENOENT)
      return fail_with(failure, "mask", path);
  }
  snprintf(path, sizeof(path), "%s/proc/sys", root);
  if (mount(path, path, NULL, MS_BIND, NULL) == 0)
    if (mount(NULL, path, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0)
      return fail_with(failure, "make read-only", path);
  return true;
}

static bool pivot(const char* root, struct failure* failure) {
  if (chdir(root) < 0) return fail_with(failure, "chdir", root);
  if (syscall(SYS_pivot_root, ".", ".") < 0) return fail_with(failure, "pivot_root", root);
  if (umount2(".", DETACH) < 0) return fail_with(failure, "umount", "the host's root");
  return chdir("/") == 0 || fail_with(failure, "chdir", "/");
}

bool root_enter(const char* root, struct failure* failure) {
  char path[4096];
  if (!mount_proc(root, failure)) return false;
  snprintf(path, sizeof(path), "%s/dev/shm", root);
  if (mount("shm", path, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=16m,mode=1777,nr_inodes=4096") < 0)
    return fail_with(failure, "mount", path);
  /* Where layers are laid out before they become one folder. */
  snprintf(path, sizeof(path), "%s/.layers", root);
  if (mount("layers", path, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=64k,mode=700,nr_inodes=64") < 0)
    return fail_with(failure, "mount", path);
  return pivot(root, failure);
}

bool root_enter_zygote(const char* root, struct failure* failure) {
  char path[4096];
  snprintf(path, sizeof(path), "%s/proc", root);
  /* An ordinary user may not mount the /proc of a pid namespace that is not his: the host's is bound instead. */
  if (mount("proc", path, "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0 &&
      mount("/proc", path, NULL, MS_BIND | MS_REC, NULL) < 0)
    return fail_with(failure, "mount", path);
  return pivot(root, failure);
}

int tree_clone(const char* path, bool read_only, struct failure* failure) {
  int fd = sys_open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
  if (fd < 0 && errno == EINVAL) fd = sys_open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
  if (fd < 0) {
    fail_with(failure, "open tree", path);
    return -1;
  }
  struct mount_attr attributes = {.attr_set =
                                      MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | (read_only ? MOUNT_ATTR_RDONLY : 0)};
  if (sys_mount_setattr(fd, "", AT_EMPTY_PATH, &attributes) < 0) {
    fail_with(failure, "set attributes", path);
    close(fd);
    return -1;
  }
  return fd;
}

static int mount_new(const char* type, const char* key, const char* value, const char* key2, const char* value2,
                     struct failure* failure) {
  int context = (int)syscall(SYS_fsopen, type, FSOPEN_CLOEXEC);
  if (context < 0) {
    fail_with(failure, "fsopen", type);
    return -1;
  }
  int fd = -1;
  if (syscall(SYS_fsconfig, context, FSCONFIG_SET_STRING, key, value, 0) < 0 ||
      (key2 && syscall(SYS_fsconfig, context, FSCONFIG_SET_STRING, key2, value2, 0) < 0) ||
      syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
    fail_with(failure, "mount", type);
  else if ((fd = (int)syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV)) < 0)
    fail_with(failure, "fsmount", type);
  int saved = errno;
  close(context);
  errno = saved;
  return fd;
}

/* Copies the parts of a sparse file that hold data. */
static bool copy_sparse(int from, int to, off_t size) {
  if (ftruncate(to, size) < 0) return false;
  for (off_t at = 0; (at = lseek(from, at, SEEK_DATA)) >= 0 && at < size;) {
    off_t end = lseek(from, at, SEEK_HOLE);
    if (end < 0) return false;
    off_t in = at, out = at;
    while (in < end) {
      ssize_t n = (ssize_t)syscall(SYS_copy_file_range, from, &in, to, &out, (size_t)(end - in), 0);
      if (n <= 0) return false;
    }
    at = end;
  }
  return true;
}

/* A loop device over `image`, which disappears with its last user. -1 on failure. */
static int loop_attach(int image, char* name, size_t name_size, struct failure* failure) {
  int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
  if (control < 0) {
    fail_with(failure, "open", "/dev/loop-control");
    return -1;
  }
  int device = -1;
  for (int attempt = 0; attempt < 16 && device < 0; ++attempt) {
    int number = ioctl(control, LOOP_CTL_GET_FREE);
    if (number < 0) break;
    snprintf(name, name_size, "/dev/loop%d", number);
    device = open(name, O_RDWR | O_CLOEXEC);
    struct loop_config config = {.fd = (unsigned)image, .info = {.lo_flags = LO_FLAGS_AUTOCLEAR}};
    if (device >= 0 && ioctl(device, LOOP_CONFIGURE, &config) < 0) {
      int busy = errno == EBUSY;
      close(device);
      device = -1;
      if (!busy) break; /* another process took it first: ask for the next */
    }
  }
  if (device < 0) fail_with(failure, "configure", name);
  close(control);
  return device;
}

int tmp_mount(const char* image_template, const char* scratch, long size_mb, struct failure* failure) {
  if (!image_template || !*image_template) {
    char size[32];
    snprintf(size, sizeof(size), "%ldm", size_mb);
    return mount_new("tmpfs", "size", size, "mode", "1777", failure);
  }
  int mounted = -1, device = -1;
  int from = open(image_template, O_RDONLY | O_CLOEXEC);
  int image = open(scratch, O_RDWR | O_TMPFILE | O_CLOEXEC, 0600); /* nameless: gone with the mount, whatever happens */
  struct stat status;
  char name[64] = "loop device";
  if (from < 0 || image < 0 || fstat(from, &status) < 0 || !copy_sparse(from, image, status.st_size))
    fail_with(failure, "copy", image_template);
  else if ((device = loop_attach(image, name, sizeof(name), failure)) >= 0)
    mounted = mount_new("ext4", "source", name, NULL, NULL, failure);
  if (device >= 0) close(device);
  if (image >= 0) close(image);
  if (from >= 0) close(from);
  return mounted;
}

bool tmp_template_make(const char* path, long size_mb, struct failure* failure) {
  int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0 || ftruncate(fd, (off_t)size_mb << 20) < 0) return fail_with(failure, "create", path);
  close(fd);
  char* arguments[] = {"mkfs.ext4",
                       "-q",
                       "-F",
                       "-m",
                       "0",
                       "-O",
                       "^has_journal,^resize_inode",
                       "-E",
                       "lazy_itable_init=1,nodiscard,root_owner=0:0",
                       "-i",
                       "16384",
                       (char*)path,
                       NULL};
  char* environment[] = {"PATH=/usr/sbin:/sbin:/usr/bin:/bin", NULL};
  pid_t pid = 0;
  int status = 0;
  if ((errno = posix_spawnp(&pid, "/usr/sbin/mkfs.ext4", NULL, NULL, arguments, environment)) != 0 &&
      (errno = posix_spawnp(&pid, "/sbin/mkfs.ext4", NULL, NULL, arguments, environment)) != 0)
    return fail_with(failure, "run", "mkfs.ext4");
  if (waitpid(pid, &status, 0) != pid || status != 0) {
    errno = EIO;
    return fail_with(failure, "mkfs.ext4", path);
  }
  return true;
}

bool layers_mount(const int* fds, int count, const char* staging, const char* target, struct failure* failure) {
  char options[512], path[128];
  int used = snprintf(options, sizeof(options), "lowerdir=");
  bool done = true;
  for (int i = 0; i <= count && done; ++i) { /* one more than there are: an empty one, for overlayfs wants two */
    snprintf(path, sizeof(path), "%s/%d", staging, i);
    if (mkdir(path, 0755) < 0 && errno != EEXIST)
      done = fail_with(failure, "mkdir", path);
    else if (i < count && sys_move_mount(fds[i], "", AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH) < 0)
      done = fail_with(failure, "mount", path);
  }
  for (int i = count - 1; i >= 0; --i) /* overlayfs looks from left to right: the last one first */
    used += snprintf(options + used, sizeof(options) - (size_t)used, "%s/%d:", staging, i);
  snprintf(options + used, sizeof(options) - (size_t)used, "%s/%d", staging, count);
  if (done && mount("layers", target, "overlay", MS_RDONLY | MS_NOSUID | MS_NODEV, options) < 0)
    done = fail_with(failure, "overlay", target);
  for (int i = 0; i < count; ++i) { /* overlayfs holds on to them by itself; the list of mounts must not tell of them */
    snprintf(path, sizeof(path), "%s/%d", staging, i);
    umount2(path, DETACH);
  }
  return done;
}

static bool step_veil(const char* root, const char* source, const char* path, struct failure* failure) {
  int fd = tree_clone(source, true, failure);
  if (fd < 0) return false;
  bool done = make_folders(root, path, true, failure) && make_folders(root, "/.layers", true, failure) &&
              (chdir(root) == 0 || fail_with(failure, "chdir", root));
  done = done && layers_mount(&fd, 1, ".layers", path + 1, failure);
  close(fd);
  return (chdir("/") == 0 || fail_with(failure, "chdir", "/")) && done;
}
