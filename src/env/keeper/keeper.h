/* The keeper: a small static program between the server and its sandboxes.
 *
 * The server is a big process with threads; it cannot fork and enter namespaces safely. The keeper can: one thread, no
 * heap to speak of, a private mount namespace that holds the template root. It makes sandboxes on request and outlives
 * a killed server just long enough to remove what is left (processes, cgroups, files).
 *
 * Packets (SOCK_SEQPACKET, both here and on the control socket of a sandbox) are sequences of NUL-terminated strings,
 * the first of which names the command, with descriptors beside them.
 */
#ifndef THAW_ENV_KEEPER_H
#define THAW_ENV_KEEPER_H

#define _GNU_SOURCE
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
  PACKET_BYTES_MAX = 192 * 1024,
  PACKET_STRINGS_MAX = 4096,
  PACKET_FDS_MAX = 16,
  ERROR_BYTES = 512,
};

/* A received packet. `strings` point into `bytes`. */
struct packet {
  char bytes[PACKET_BYTES_MAX];
  const char* strings[PACKET_STRINGS_MAX];
  int count;
  int fds[PACKET_FDS_MAX];
  int fd_count;
};

/* Words for the first failure, "mount /proc: Operation not permitted". */
struct failure {
  char text[ERROR_BYTES];
};

/* wire.c */
/* 1: a packet; 0: the peer is gone; -1: nothing now, or a malformed packet (skipped). Descriptors are close-on-exec. */
int packet_receive(int socket, struct packet* packet);
void packet_close_fds(struct packet* packet);
/* Value of "name=..." among strings[from..], or `otherwise`. */
const char* packet_get(const struct packet* packet, int from, const char* name, const char* otherwise);
long packet_get_long(const struct packet* packet, int from, const char* name, long otherwise);
/* Sends the strings (ended by NULL) and descriptors. */
bool packet_send(int socket, const int* fds, int fd_count, ...);
bool fail_with(struct failure* failure, const char* what, const char* about); /* adds errno's words; answers false */
bool write_file(const char* path, const char* text);
int wait_byte(int fd); /* 1: a byte came; 0: the other end closed */

/* root.c: the template root, and a sandbox's own view of it */
bool template_start(const char* root, struct failure* failure);
bool template_step(const struct packet* packet, const char* root,
                   struct failure* failure); /* dir, file, link, bind, seal */
/* Makes the process's mount namespace a sandbox's: the template, /proc, /dev/shm, then pivots. */
bool root_enter(const char* root, struct failure* failure);
/* The same for the zygote: the template and a /proc of the host's processes. */
bool root_enter_zygote(const char* root, struct failure* failure);
/* A detached read-only mount of a host folder (nosuid, nodev). -1 on failure. */
int tree_clone(const char* path, bool read_only, struct failure* failure);
/* A detached mount for /tmp: ext4 on a loop device over a sparse image made from `image_template`, else tmpfs. */
int tmp_mount(const char* image_template, const char* scratch, long size_mb, struct failure* failure);
/* Makes `path` an empty ext4 image of so many MB with mkfs.ext4. */
bool tmp_template_make(const char* path, long size_mb, struct failure* failure);
/* Folders become one read-only folder at `target`, the last of `fds` on top, by way of `staging` (a path without host
 * names, for overlayfs shows it). */
bool layers_mount(const int* fds, int count, const char* staging, const char* target, struct failure* failure);

/* netns.c: loopback up, every address local, the platform's listeners */
bool net_up(struct failure* failure);
int net_listen(uint32_t address, uint16_t port, struct failure* failure);
int net_datagram(uint32_t address, uint16_t port, struct failure* failure);

/* enter.c: the last steps of a process that will run user code; also in libthaw_enter.so, for the zygote */
struct enter_plan {
  int outer_uid; /* what the sandbox's user is outside of its user namespace */
  int outer_gid;
  bool may_setgroups; /* false without privileges */
  long processes_max;
};
enum { SANDBOX_UID = 993, SANDBOX_GID = 990 };
/* In the new process: own user namespace, then waits for its maps. */
bool enter_user_namespace(int to_parent, int from_parent, struct failure* failure);
/* In its parent, which has CAP_SETUID: writes the maps of `pid` as seen in /proc. */
bool enter_write_maps(pid_t pid, const struct enter_plan* plan, struct failure* failure);
/* In the new process: uid, gid, no capabilities, limits, no_new_privs, seccomp. */
bool enter_drop(const struct enter_plan* plan, struct failure* failure);
void signals_reset(void);

/* seccomp.c */
bool seccomp_install(struct failure* failure);

/* sandbox.c: pid 1 of a sandbox */
struct sandbox_plan {
  const char* root;
  int control;   /* to the server */
  int channel;   /* becomes descriptor 3 of the runtime */
  int log;       /* becomes 1 and 2 of the runtime */
  int tmp_mount; /* detached mount of /tmp, or -1 */
  int go;        /* a byte arrives when the cgroups are set */
  struct enter_plan enter;
};
_Noreturn void sandbox_main(const struct sandbox_plan* plan);

#endif
