/* Called through ctypes by the Python zygote (runtimes/python/zygote.py): how its children become part of a sandbox.
 *
 * The zygote lives outside of every sandbox. For each child it calls thaw_join_pid, forks, and calls thaw_join_own_pid;
 * the child calls thaw_join, half-way through which the zygote writes its maps with thaw_map. The child stays the
 * zygote's child, so it is the zygote that hears of its end. */
#include "keeper.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

/* Children of the calling process are born in the sandbox's pid namespace. */
EXPORT int thaw_join_pid(int pidfd) { return setns(pidfd, CLONE_NEWPID) == 0 ? 0 : errno; }

EXPORT int thaw_join_own_pid(int fd) { return setns(fd, CLONE_NEWPID) == 0 ? 0 : errno; }

EXPORT int thaw_map(int pid, int outer_uid, int may_setgroups, char* words, size_t words_size) {
  struct failure failure = {""};
  struct enter_plan plan = {.outer_uid = outer_uid, .outer_gid = outer_uid, .may_setgroups = may_setgroups != 0};
  bool done = enter_write_maps(pid, &plan, &failure);
  snprintf(words, words_size, "%s", failure.text);
  return done ? 0 : -1;
}

EXPORT int thaw_join(int pidfd, int to_parent, int from_parent, int outer_uid, int may_setgroups, long processes_max,
                     char* words, size_t words_size) {
  struct failure failure = {""};
  struct enter_plan plan = {.outer_uid = outer_uid,
                            .outer_gid = outer_uid,
                            .may_setgroups = may_setgroups != 0,
                            .processes_max = processes_max};
  bool done = setns(pidfd, CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP) == 0 ||
              fail_with(&failure, "setns", "sandbox");
  prctl(PR_SET_PDEATHSIG, 0);
  done = done && (setsid() >= 0 || errno == EPERM || fail_with(&failure, "setsid", NULL));
  done = done && enter_user_namespace(to_parent, from_parent, &failure);
  done = done && (chdir("/var/task") == 0 || chdir("/") == 0 || fail_with(&failure, "chdir", "/"));
  done = done && enter_drop(&plan, &failure);
  snprintf(words, words_size, "%s", failure.text);
  return done ? 0 : -1;
}
