/* The keeper's main loop. Started by the server with descriptor 3 = socket to the server, argument 1 = scratch folder.
 *
 * Requests: the steps of root.c ("dir", "file", "link", "bind", "veil", "device", "seal", "unseal"); "parent" PATH (a
 * cgroup folder to make and to remove at the end); "create" id=.. uid=.. processes=.. tmp_mb=.. tmp_image=.. v2=PATH
 * cgroup=PATH set=PATH:VALUE (descriptors: control, channel, log); "tree" PATH; "image" PATH MB; "try_tmp" PATH;
 * "zygote" arg=.. env=.. (descriptor: socket); "destroy" ID.
 * Answers: in order of requests "ok" or "failed" WORDS (create: "ok" PID and a pidfd; tree: a mount); "gone" ID at any
 * time. */
#include "keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SANDBOXES_MAX = 8192, CGROUPS_PER_SANDBOX = 5, PARENTS_MAX = 16, SERVER = 3 };

struct sandbox {
  pid_t pid; /* 0: the slot is free */
  int pidfd;
  char id[40];
  char* cgroups[CGROUPS_PER_SANDBOX];
};

static struct sandbox sandboxes[SANDBOXES_MAX];
static int sandbox_slots; /* slots in use lie below */
static char* parents[PARENTS_MAX];
static int parent_count;
static struct packet packet;
static char root[4096], scratch[4096];
static bool privileged;

static void answer(bool done, const char* text, int fd) {
  packet_send(SERVER, &fd, fd >= 0 ? 1 : 0, done ? "ok" : "failed", text, NULL);
}

static void cgroups_remove(struct sandbox* sandbox) {
  for (int i = 0; i < CGROUPS_PER_SANDBOX; ++i) {
    if (!sandbox->cgroups[i]) continue;
    for (int attempt = 0; attempt < 200 && rmdir(sandbox->cgroups[i]) < 0 && errno == EBUSY; ++attempt) usleep(1000);
    free(sandbox->cgroups[i]);
    sandbox->cgroups[i] = NULL;
  }
}

static bool cgroups_make(struct sandbox* sandbox, struct failure* failure) {
  int count = 0;
  for (int i = 1; i < packet.count; ++i) {
    const char* s = packet.strings[i];
    if (!strncmp(s, "cgroup=", 7) || !strncmp(s, "v2=", 3)) {
      const char* path = strchr(s, '=') + 1;
      if (count == CGROUPS_PER_SANDBOX) continue;
      if (mkdir(path, 0755) < 0 && errno != EEXIST) return fail_with(failure, "mkdir", path);
      sandbox->cgroups[count++] = strdup(path);
    } else if (!strncmp(s, "set=", 4)) {
      char path[4096];
      const char* value = strrchr(s, ':');
      if (!value || value - s - 4 >= (long)sizeof(path)) continue;
      memcpy(path, s + 4, (size_t)(value - s - 4));
      path[value - s - 4] = 0;
      if (!write_file(path, value + 1)) return fail_with(failure, "write", path);
    }
  }
  return true;
}

static bool cgroups_attach(pid_t pid, struct failure* failure) {
  char path[4096], text[16];
  snprintf(text, sizeof(text), "%d", (int)pid);
  for (int i = 1; i < packet.count; ++i) {
    if (strncmp(packet.strings[i], "cgroup=", 7)) continue;
    snprintf(path, sizeof(path), "%s/cgroup.procs", packet.strings[i] + 7);
    if (!write_file(path, text)) return fail_with(failure, "write", path);
  }
  return true;
}

static pid_t clone_sandbox(int v2, int* pidfd) {
  struct clone_args arguments = {
      .flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_PIDFD,
      .pidfd = (uint64_t)(uintptr_t)pidfd,
      .exit_signal = SIGCHLD,
  };
  if (v2 >= 0) {
    arguments.flags |= CLONE_INTO_CGROUP;
    arguments.cgroup = (uint64_t)v2;
  }
  return (pid_t)syscall(SYS_clone3, &arguments, sizeof(arguments));
}

static struct sandbox* slot_free(void) {
  for (int i = 0; i < sandbox_slots; ++i)
    if (sandboxes[i].pid == 0) return &sandboxes[i];
  return sandbox_slots < SANDBOXES_MAX ? &sandboxes[sandbox_slots++] : NULL;
}

/* The child's side: keeps the descriptors of its plan alone. */
_Noreturn static void become_sandbox(struct sandbox_plan* plan) {
  int* kept[] = {&plan->control, &plan->channel, &plan->log, &plan->tmp_mount, &plan->go};
  for (int i = 0; i < 5; ++i)
    if (*kept[i] >= 0) *kept[i] = fcntl(*kept[i], F_DUPFD_CLOEXEC, 200);
  syscall(SYS_close_range, 3, 199, 0);
  int low = 3;
  for (int i = 0; i < 5; ++i)
    if (*kept[i] >= 0) *kept[i] = dup3(*kept[i], low, O_CLOEXEC), ++low;
  syscall(SYS_close_range, low, ~0u, 0);
  sandbox_main(plan);
}

static bool create_in(struct sandbox* sandbox, struct failure* failure) {
  int go[2], v2 = -1;
  const char* v2_path = packet_get(&packet, 1, "v2", NULL);
  struct sandbox_plan plan = {.root = root, .tmp_mount = -1};
  int* const wanted[] = {&plan.control, &plan.channel, &plan.log};
  for (int i = 0; i < 3; ++i) *wanted[i] = packet.fd_count > i ? packet.fds[i] : -1;
  plan.enter.outer_uid = plan.enter.outer_gid = (int)packet_get_long(&packet, 1, "uid", 0);
  plan.enter.may_setgroups = privileged;
  plan.enter.processes_max = packet_get_long(&packet, 1, "processes", 1024);
  if (plan.control < 0) {
    errno = EINVAL;
    return fail_with(failure, "create", "without a control socket");
  }
  if (!cgroups_make(sandbox, failure)) return false;
  if (v2_path && (v2 = open(v2_path, O_PATH | O_DIRECTORY | O_CLOEXEC)) < 0) return fail_with(failure, "open", v2_path);
  plan.tmp_mount = tmp_mount(packet_get(&packet, 1, "tmp_image", NULL), scratch,
                             packet_get_long(&packet, 1, "tmp_mb", 512), failure);
  bool done = plan.tmp_mount >= 0;
  if (done && pipe2(go, O_CLOEXEC) < 0) done = fail_with(failure, "pipe", NULL);
  if (done) {
    plan.go = go[0];
    sandbox->pid = clone_sandbox(v2, &sandbox->pidfd);
    if (sandbox->pid == 0) become_sandbox(&plan);
    if (sandbox->pid < 0) {
      sandbox->pid = 0;
      done = fail_with(failure, "clone3", "sandbox");
    } else {
      done = cgroups_attach(sandbox->pid, failure) && write(go[1], "g", 1) == 1;
      if (!done) kill(sandbox->pid, SIGKILL); /* reaped as any other; its slot and cgroups go then */
    }
    close(go[0]);
    close(go[1]);
  }
  if (plan.tmp_mount >= 0) close(plan.tmp_mount);
  if (v2 >= 0) close(v2);
  return done;
}

static void create(void) {
  struct failure failure = {""};
  struct sandbox* sandbox = slot_free();
  char pid[16];
  if (!sandbox) return answer(false, "too many sandboxes", -1);
  memset(sandbox, 0, sizeof(*sandbox));
  snprintf(sandbox->id, sizeof(sandbox->id), "%s", packet_get(&packet, 1, "id", ""));
  bool done = create_in(sandbox, &failure);
  if (!done && sandbox->pid == 0) cgroups_remove(sandbox);
  snprintf(pid, sizeof(pid), "%d", (int)sandbox->pid);
  answer(done, done ? pid : failure.text, done ? sandbox->pidfd : -1);
}

static void destroy(const char* id) {
  for (int i = 0; i < sandbox_slots; ++i)
    if (sandboxes[i].pid && !strcmp(sandboxes[i].id, id)) kill(sandboxes[i].pid, SIGKILL);
}

static void zygote(void) {
  static char *arguments[64], *environment[256];
  int argument_count = 0, environment_count = 0;
  char text[16];
  struct failure failure = {""};
  for (int i = 1; i < packet.count; ++i) {
    const char* s = packet.strings[i];
    if (!strncmp(s, "arg=", 4) && argument_count < 63) arguments[argument_count++] = (char*)s + 4;
    if (!strncmp(s, "env=", 4) && environment_count < 255) environment[environment_count++] = (char*)s + 4;
  }
  arguments[argument_count] = environment[environment_count] = NULL;
  if (packet.fd_count != 1 || argument_count == 0) return answer(false, "zygote: bad request", -1);
  pid_t pid = fork();
  if (pid < 0) return answer(false, "zygote: fork failed", -1);
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signals_reset();
    if (unshare(CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS) < 0 || !root_enter_zygote(root, &failure)) {
      dprintf(2, "thaw keeper: zygote: %s\n", failure.text);
      _exit(126);
    }
    int socket = fcntl(packet.fds[0], F_DUPFD_CLOEXEC, 100);
    dup2(socket, 3);
    syscall(SYS_close_range, 4, ~0u, 0);
    execve(arguments[0], arguments, environment);
    dprintf(2, "thaw keeper: zygote: exec %s: %s\n", arguments[0], strerror(errno));
    _exit(127);
  }
  snprintf(text, sizeof(text), "%d", (int)pid);
  answer(true, text, -1);
}

static void handle(void) {
  struct failure failure = {""};
  const char *name = packet.strings[0], *first = packet.count > 1 ? packet.strings[1] : "";
  if (!strcmp(name, "create")) {
    create();
  } else if (!strcmp(name, "destroy")) {
    destroy(first);
    answer(true, "", -1);
  } else if (!strcmp(name, "zygote")) {
    zygote();
  } else if (!strcmp(name, "tree")) {
    int fd = tree_clone(first, true, &failure);
    answer(fd >= 0, failure.text, fd);
    if (fd >= 0) close(fd);
  } else if (!strcmp(name, "image")) {
    bool done = tmp_template_make(first, packet.count > 2 ? atol(packet.strings[2]) : 512, &failure);
    answer(done, failure.text, -1);
  } else if (!strcmp(name, "try_tmp")) {
    int fd = tmp_mount(first, scratch, 0, &failure);
    answer(fd >= 0, failure.text, -1);
    if (fd >= 0) close(fd);
  } else if (!strcmp(name, "parent")) {
    bool done = (mkdir(first, 0755) == 0 || errno == EEXIST) && parent_count < PARENTS_MAX;
    if (done)
      parents[parent_count++] = strdup(first);
    else
      fail_with(&failure, "mkdir", first);
    answer(done, failure.text, -1);
  } else {
    bool done = template_step(&packet, root, &failure);
    answer(done, failure.text, -1);
  }
  packet_close_fds(&packet);
}

/* Answers how many sandboxes are left. */
static int reap(bool tell) {
  int left = 0;
  for (pid_t pid; (pid = waitpid(-1, NULL, WNOHANG)) > 0;) {
    for (int i = 0; i < sandbox_slots; ++i) {
      if (sandboxes[i].pid != pid) continue;
      close(sandboxes[i].pidfd);
      cgroups_remove(&sandboxes[i]);
      if (tell) packet_send(SERVER, NULL, 0, "gone", sandboxes[i].id, NULL);
      sandboxes[i].pid = 0;
    }
  }
  for (int i = 0; i < sandbox_slots; ++i) left += sandboxes[i].pid != 0;
  return left;
}

/* The server is gone: so goes everything that it asked for. */
static void end_all(void) {
  for (int i = 0; i < sandbox_slots; ++i)
    if (sandboxes[i].pid) kill(sandboxes[i].pid, SIGKILL);
  for (int attempt = 0; attempt < 5000 && reap(false) > 0; ++attempt) usleep(1000);
  for (int i = parent_count - 1; i >= 0; --i) {
    /* A zygote's last child may still be on its way out. */
    for (int attempt = 0; attempt < 1000 && rmdir(parents[i]) < 0 && errno == EBUSY; ++attempt) usleep(1000);
  }
}

/* An ordinary user becomes root of a user namespace of his own, which may make the others. */
static bool become_root(struct failure* failure) {
  char map[64];
  unsigned uid = (unsigned)geteuid(), gid = (unsigned)getegid();
  privileged = uid == 0;
  if (unshare(privileged ? CLONE_NEWNS : CLONE_NEWNS | CLONE_NEWUSER) < 0)
    return fail_with(failure, "unshare", "namespaces");
  if (privileged) return true;
  if (!write_file("/proc/self/setgroups", "deny")) return fail_with(failure, "write", "/proc/self/setgroups");
  snprintf(map, sizeof(map), "0 %u 1\n", uid);
  if (!write_file("/proc/self/uid_map", map)) return fail_with(failure, "write", "/proc/self/uid_map");
  snprintf(map, sizeof(map), "0 %u 1\n", gid);
  return write_file("/proc/self/gid_map", map) || fail_with(failure, "write", "/proc/self/gid_map");
}

int main(int argument_count, char** arguments) {
  struct failure failure = {""};
  if (argument_count != 2) return 2;
  snprintf(scratch, sizeof(scratch), "%s", arguments[1]);
  snprintf(root, sizeof(root), "%.4000s/root", scratch);
  setsid();
  signals_reset();
  signal(SIGPIPE, SIG_IGN);
  /* The server's own signals (a terminal's ^C) are not ours: we end when our socket does. */
  signal(SIGINT, SIG_IGN);
  signal(SIGTERM, SIG_IGN);
  signal(SIGHUP, SIG_IGN);
  prctl(PR_SET_NAME, "thaw-keeper");
  umask(022);
  bool done = become_root(&failure) && template_start(root, &failure);
  answer(done, done ? (privileged ? "root" : "user") : failure.text, -1);
  if (!done) return 1;
  sigset_t children;
  sigemptyset(&children);
  sigaddset(&children, SIGCHLD);
  sigprocmask(SIG_BLOCK, &children, NULL);
  int signals = signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
  struct pollfd waits[2] = {{.fd = SERVER, .events = POLLIN}, {.fd = signals, .events = POLLIN}};
  fcntl(SERVER, F_SETFD, FD_CLOEXEC);
  for (;;) {
    if (poll(waits, 2, -1) < 0 && errno != EINTR) break;
    if (waits[1].revents) {
      struct signalfd_siginfo info;
      while (read(signals, &info, sizeof(info)) > 0) {
      }
      reap(true);
    }
    if (waits[0].revents) {
      int got = packet_receive(SERVER, &packet);
      if (got == 0) break;
      if (got > 0)
        handle();
      else
        answer(false, "malformed packet", -1);
    }
  }
  end_all();
  return 0;
}
