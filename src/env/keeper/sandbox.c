/* Pid 1 of a sandbox: builds it from inside, starts the runtime, reaps, and obeys the server on the control socket.
 *
 * Packets from the server: "mount" TARGET (1 descriptor: a detached mount), "layers" TARGET (n descriptors),
 * "spawn" cwd=.. arg=.. env=.. , "signal" NUMBER, "seal" (drops what is left of privileges).
 * Packets to the server: "ready" (listeners: 9001, 4566, 443, 80, UDP 53), "done" COMMAND, "failed" WORDS, "exited"
 * STATUS. The end of the control socket is the end of the sandbox. */
#include "keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ENVIRONMENT_MAX = 1024, ARGUMENTS_MAX = 64, TCP_LISTENERS = 4, LISTENERS = 5 };

struct init {
  const struct sandbox_plan* plan;
  pid_t runtime;
  bool sealed;
};

static struct packet packet; /* too big for a stack */

static int move_to(int from, const char* target) {
  return (int)syscall(SYS_move_mount, from, "", AT_FDCWD, target, 4 /* MOVE_MOUNT_F_EMPTY_PATH */);
}

static bool build(const struct sandbox_plan* plan, int listeners[LISTENERS], struct failure* failure) {
  if (unshare(CLONE_NEWCGROUP) < 0 && errno != EINVAL) return fail_with(failure, "unshare", "cgroup namespace");
  if (!net_up(failure)) return false;
  static const struct {
    uint32_t address;
    uint16_t port;
  } names[TCP_LISTENERS] = {{0x7f000001, 9001}, {0, 4566}, {0, 443}, {0, 80}};
  for (int i = 0; i < TCP_LISTENERS; ++i)
    if ((listeners[i] = net_listen(names[i].address, names[i].port, failure)) < 0) return false;
  if ((listeners[TCP_LISTENERS] = net_datagram(0x7f000001, 53, failure)) < 0) return false;
  if (sethostname("sandbox", 7) < 0) return fail_with(failure, "sethostname", NULL);
  if (!root_enter(plan->root, failure)) return false;
  if (plan->tmp_mount >= 0) {
    if (move_to(plan->tmp_mount, "/tmp") < 0) return fail_with(failure, "mount", "/tmp");
    if (chown("/tmp", (uid_t)plan->enter.outer_uid, (gid_t)plan->enter.outer_gid) < 0 || chmod("/tmp", 0700) < 0)
      return fail_with(failure, "own", "/tmp");
    rmdir("/tmp/lost+found");
    close(plan->tmp_mount);
  }
  return true;
}

/* In the runtime's process, after the fork. */
_Noreturn static void run_child(const struct init* init, int to_parent, int from_parent, int report) {
  static char *arguments[ARGUMENTS_MAX + 1], *environment[ENVIRONMENT_MAX + 1];
  int argument_count = 0, environment_count = 0;
  struct failure failure = {""};
  for (int i = 1; i < packet.count; ++i) {
    const char* s = packet.strings[i];
    if (!strncmp(s, "arg=", 4) && argument_count < ARGUMENTS_MAX) arguments[argument_count++] = (char*)s + 4;
    if (!strncmp(s, "env=", 4) && environment_count < ENVIRONMENT_MAX) environment[environment_count++] = (char*)s + 4;
  }
  const char* directory = packet_get(&packet, 1, "cwd", "/");
  setsid();
  signals_reset();
  bool entered = enter_user_namespace(to_parent, from_parent, &failure);
  int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
  /* The report pipe goes out of the way of the numbers that the runtime gets. */
  int high = fcntl(report, F_DUPFD_CLOEXEC, 100);
  int channel = fcntl(init->plan->channel, F_DUPFD_CLOEXEC, 100), log = fcntl(init->plan->log, F_DUPFD_CLOEXEC, 100);
  dup2(null, 0);
  dup2(log, 1);
  dup2(log, 2);
  dup2(channel, 3);
  syscall(SYS_close_range, 4, 99, 0);
  if (entered && chdir(directory) < 0 && chdir("/") < 0) entered = fail_with(&failure, "chdir", directory);
  if (entered && argument_count == 0) {
    errno = EINVAL;
    entered = fail_with(&failure, "spawn", "without arguments");
  }
  if (entered && enter_drop(&init->plan->enter, &failure)) {
    execve(arguments[0], arguments, environment);
    fail_with(&failure, "exec", arguments[0]);
  }
  size_t length = strlen(failure.text);
  if (write(high, failure.text, length) != (ssize_t)length) _exit(126);
  _exit(127);
}

static bool spawn(struct init* init, struct failure* failure) {
  int to_parent[2], from_parent[2], report[2];
  if (pipe2(to_parent, O_CLOEXEC) < 0 || pipe2(from_parent, O_CLOEXEC) < 0 || pipe2(report, O_CLOEXEC) < 0)
    return fail_with(failure, "pipe", NULL);
  pid_t pid = fork();
  if (pid < 0) return fail_with(failure, "fork", "runtime");
  if (pid == 0) {
    close(from_parent[1]);
    close(to_parent[0]);
    run_child(init, to_parent[1], from_parent[0], report[1]);
  }
  close(to_parent[1]);
  close(from_parent[0]);
  close(report[1]);
  init->runtime = pid;
  bool mapped = wait_byte(to_parent[0]) && enter_write_maps(pid, &init->plan->enter, failure) &&
                write(from_parent[1], "m", 1) == 1;
  close(from_parent[1]);
  close(to_parent[0]);
  /* Empty when exec succeeded, since the pipe then closed by itself. */
  ssize_t n = read(report[0], failure->text + (mapped ? 0 : strlen(failure->text)), mapped ? ERROR_BYTES - 1 : 0);
  close(report[0]);
  if (mapped && n == 0) return true;
  if (n > 0) failure->text[n] = 0;
  return false;
}

/* Keeps what reaping and signalling need. */
static void seal(struct init* init) {
  if (init->sealed) return;
  init->sealed = true;
  for (int capability = 0; capability < 64; ++capability)
    if (capability != CAP_KILL && prctl(PR_CAPBSET_READ, capability) == 1) prctl(PR_CAPBSET_DROP, capability);
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct kept[2] = {{0}};
  kept[0].effective = kept[0].permitted = 1u << CAP_KILL;
  syscall(SYS_capset, &header, kept);
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

static void command(struct init* init) {
  struct failure failure = {""};
  const char *name = packet.strings[0], *first = packet.count > 1 ? packet.strings[1] : "";
  bool done = false;
  if (!strcmp(name, "mount") && packet.fd_count == 1)
    done = move_to(packet.fds[0], first) == 0 || fail_with(&failure, "mount", first);
  else if (!strcmp(name, "layers") && packet.fd_count > 0)
    done = layers_mount(packet.fds, packet.fd_count, "/.layers", first, &failure);
  else if (!strcmp(name, "spawn"))
    done = spawn(init, &failure);
  else if (!strcmp(name, "signal"))
    done = kill(-1, atoi(first)) == 0 || errno == ESRCH || fail_with(&failure, "signal", first);
  else if (!strcmp(name, "seal"))
    seal(init), done = true;
  else
    snprintf(failure.text, sizeof(failure.text), "unknown command %s", name);
  packet_close_fds(&packet);
  packet_send(init->plan->control, NULL, 0, done ? "done" : "failed", name, failure.text, NULL);
}

static void reap(struct init* init) {
  int status;
  char text[16];
  for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
    if (pid != init->runtime) continue;
    snprintf(text, sizeof(text), "%d", status);
    packet_send(init->plan->control, NULL, 0, "exited", text, NULL);
    init->runtime = 0;
  }
}

_Noreturn void sandbox_main(const struct sandbox_plan* plan) {
  struct init init = {.plan = plan};
  struct failure failure = {""};
  int listeners[LISTENERS];
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_NAME, "thaw-init");
  /* Without privileges an undumpable process belongs to the real root: a zygote could not enter its namespaces. The
   * user namespace of what runs inside keeps it from looking into this process all the same. */
  if (plan->enter.may_setgroups) prctl(PR_SET_DUMPABLE, 0);
  setsid();
  signals_reset();
  signal(SIGPIPE, SIG_IGN);
  if (!wait_byte(plan->go)) _exit(1); /* the keeper died before it let us go */
  close(plan->go);
  if (!build(plan, listeners, &failure)) {
    packet_send(plan->control, NULL, 0, "failed", "create", failure.text, NULL);
    _exit(1);
  }
  sigset_t children;
  sigemptyset(&children);
  sigaddset(&children, SIGCHLD);
  sigprocmask(SIG_BLOCK, &children, NULL);
  int signals = signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
  packet_send(plan->control, listeners, LISTENERS, "ready", NULL);
  for (int i = 0; i < LISTENERS; ++i) close(listeners[i]);
  struct pollfd waits[2] = {{.fd = plan->control, .events = POLLIN}, {.fd = signals, .events = POLLIN}};
  for (;;) {
    if (poll(waits, 2, -1) < 0 && errno != EINTR) _exit(1);
    if (waits[1].revents) {
      struct signalfd_siginfo info;
      while (read(signals, &info, sizeof(info)) > 0) {
      }
      reap(&init);
    }
    if (waits[0].revents) {
      int got = packet_receive(plan->control, &packet);
      if (got == 0) _exit(0); /* the kernel ends everything else in this pid namespace */
      if (got > 0) command(&init);
    }
  }
}
