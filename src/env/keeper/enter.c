#include "keeper.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

void signals_reset(void) {
  for (int signal_number = 1; signal_number < 65; ++signal_number) {
    struct sigaction action = {.sa_handler = SIG_DFL};
    sigaction(signal_number, &action, NULL);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

bool enter_user_namespace(int to_parent, int from_parent, struct failure* failure) {
  if (unshare(CLONE_NEWUSER) < 0) return fail_with(failure, "unshare", "user namespace");
  prctl(PR_SET_DUMPABLE, 1); /* else the map files belong to the real root, out of an ordinary user's reach */
  if (write(to_parent, "u", 1) != 1 || !wait_byte(from_parent)) {
    errno = EPIPE;
    return fail_with(failure, "wait for", "the maps of the user namespace");
  }
  return true;
}

bool enter_write_maps(pid_t pid, const struct enter_plan* plan, struct failure* failure) {
  char path[64], map[64];
  if (!plan->may_setgroups) {
    snprintf(path, sizeof(path), "/proc/%d/setgroups", (int)pid);
    if (!write_file(path, "deny")) return fail_with(failure, "write", path);
  }
  snprintf(path, sizeof(path), "/proc/%d/uid_map", (int)pid);
  snprintf(map, sizeof(map), "%d %d 1\n", SANDBOX_UID, plan->outer_uid);
  if (!write_file(path, map)) return fail_with(failure, "write", path);
  snprintf(path, sizeof(path), "/proc/%d/gid_map", (int)pid);
  snprintf(map, sizeof(map), "%d %d 1\n", SANDBOX_GID, plan->outer_gid);
  if (!write_file(path, map)) return fail_with(failure, "write", path);
  return true;
}

static bool limit(int resource, rlim_t value, struct failure* failure) {
  struct rlimit current;
  if (getrlimit(resource, &current) < 0) return fail_with(failure, "getrlimit", NULL);
  /* Without privileges a limit can only be lowered. */
  if (current.rlim_max < value) value = current.rlim_max;
  struct rlimit wanted = {value, value};
  if (setrlimit(resource, &wanted) < 0) return fail_with(failure, "setrlimit", NULL);
  return true;
}

static bool capabilities_drop(struct failure* failure) {
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  for (int capability = 0; capability < 64; ++capability)
    if (prctl(PR_CAPBSET_READ, capability) == 1 && prctl(PR_CAPBSET_DROP, capability) < 0)
      return fail_with(failure, "drop", "bounding capabilities");
  prctl(PR_SET_SECUREBITS, SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP |
                               SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_NO_CAP_AMBIENT_RAISE |
                               SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED);
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct none[2] = {{0}};
  if (syscall(SYS_capset, &header, none) < 0) return fail_with(failure, "drop", "capabilities");
  return true;
}

bool enter_drop(const struct enter_plan* plan, struct failure* failure) {
  if (plan->may_setgroups && setgroups(0, NULL) < 0) return fail_with(failure, "setgroups", NULL);
  if (setresgid(SANDBOX_GID, SANDBOX_GID, SANDBOX_GID) < 0) return fail_with(failure, "setresgid", NULL);
  if (setresuid(SANDBOX_UID, SANDBOX_UID, SANDBOX_UID) < 0) return fail_with(failure, "setresuid", NULL);
  if (!limit(RLIMIT_NOFILE, 1024, failure) || !limit(RLIMIT_CORE, 0, failure) ||
      !limit(RLIMIT_NPROC, (rlim_t)plan->processes_max, failure) || !limit(RLIMIT_MEMLOCK, 64 * 1024, failure) ||
      !limit(RLIMIT_MSGQUEUE, 819200, failure) || !limit(RLIMIT_SIGPENDING, 1024, failure))
    return false;
  if (!capabilities_drop(failure)) return false;
  umask(022);
  /* The user change made the process undumpable, which would hide its own /proc/self from it. */
  prctl(PR_SET_DUMPABLE, 1);
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) return fail_with(failure, "prctl", "no_new_privs");
  return seccomp_install(failure);
}
