/* What a function may not ask of the kernel. Everything is allowed but what is listed: the list names what reaches
 * beyond the sandbox, what widens the kernel's surface (bpf, io_uring, keys ...), and everything newer than this table.
 */
#include "keeper.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define NATIVE_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE_ARCH AUDIT_ARCH_AARCH64
#else
#error "no seccomp table for this architecture"
#endif

enum { NEWEST_KNOWN_SYSCALL = 452 /* fchmodat2 */ };

static const short denied[] = {
    /* the tree of mounts */
    SYS_mount,
    SYS_umount2,
    SYS_pivot_root,
    SYS_chroot,
    SYS_fsopen,
    SYS_fsconfig,
    SYS_fsmount,
    SYS_fspick,
    SYS_open_tree,
    SYS_move_mount,
    SYS_mount_setattr,
    SYS_swapon,
    SYS_swapoff,
    SYS_quotactl,
    SYS_open_by_handle_at,
    SYS_name_to_handle_at,
    SYS_fanotify_init,
    SYS_fanotify_mark,
#ifdef SYS_quotactl_fd
    SYS_quotactl_fd,
#endif
    /* other processes, other namespaces */
    SYS_ptrace,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_process_madvise,
    SYS_process_mrelease,
    SYS_setns,
    SYS_kcmp,
    SYS_pidfd_getfd,
    SYS_perf_event_open,
    SYS_lookup_dcookie,
    SYS_acct,
    /* code and hooks inside the kernel */
    SYS_bpf,
    SYS_io_uring_setup,
    SYS_io_uring_enter,
    SYS_io_uring_register,
    SYS_userfaultfd,
    SYS_init_module,
    SYS_finit_module,
    SYS_delete_module,
    SYS_kexec_load,
    SYS_kexec_file_load,
    SYS_keyctl,
    SYS_add_key,
    SYS_request_key,
    SYS_nfsservctl,
    SYS_vhangup,
    SYS_syslog,
    /* the machine: clocks, memory policy, names, power, raw input and output */
    SYS_reboot,
    SYS_settimeofday,
    SYS_clock_settime,
    SYS_adjtimex,
    SYS_clock_adjtime,
    SYS_sethostname,
    SYS_setdomainname,
    SYS_mbind,
    SYS_migrate_pages,
    SYS_move_pages,
    SYS_set_mempolicy,
    SYS_set_mempolicy_home_node,
#if defined(__x86_64__)
    SYS_iopl,
    SYS_ioperm,
    SYS_modify_ldt,
    SYS_create_module,
    SYS_get_kernel_syms,
    SYS_query_module,
    SYS_uselib,
    SYS__sysctl,
    SYS_sysfs,
    SYS_ustat,
#endif
};

enum { FILTER_MAX = 256 };
struct program {
  struct sock_filter code[FILTER_MAX];
  unsigned short size;
};

static void emit(struct program* p, struct sock_filter instruction) {
  if (p->size < FILTER_MAX) p->code[p->size++] = instruction;
}
static void load(struct program* p, size_t offset) {
  emit(p, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)offset));
}
static void answer(struct program* p, unsigned value) { emit(p, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, value)); }
/* When the loaded word relates to `k` as `op` says go on, else skip `otherwise_skip` instructions. */
static void when(struct program* p, unsigned short op, unsigned k, unsigned char otherwise_skip) {
  emit(p, (struct sock_filter)BPF_JUMP(BPF_JMP | op | BPF_K, k, 0, otherwise_skip));
}

#define REFUSE(number) (SECCOMP_RET_ERRNO | (number))
#define ARGUMENT(index) (offsetof(struct seccomp_data, args) + 8 * (index)) /* its low word, little endian */
enum { NEW_NAMESPACES = 0x7E020000 /* CLONE_NEW{NS,CGROUP,UTS,IPC,USER,PID,NET} */, NEW_TIME = 0x80 };

/* socket(): Unix, IPv4 and IPv6 without raw ones, and netlink's routes, which getaddrinfo() reads. */
static void filter_sockets(struct program* p) {
  when(p, BPF_JEQ, SYS_socket, 16);
  load(p, ARGUMENT(0));
  when(p, BPF_JEQ, AF_UNIX, 1);
  answer(p, SECCOMP_RET_ALLOW);
  when(p, BPF_JEQ, AF_NETLINK, 4);
  load(p, ARGUMENT(2));
  when(p, BPF_JEQ, 0, 1);
  answer(p, SECCOMP_RET_ALLOW);
  answer(p, REFUSE(EAFNOSUPPORT));
  emit(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_INET, 1, 0));
  when(p, BPF_JEQ, AF_INET6, 5);
  load(p, ARGUMENT(1));
  emit(p, (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xf));
  emit(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SOCK_STREAM, 1, 0));
  when(p, BPF_JEQ, SOCK_DGRAM, 1);
  answer(p, SECCOMP_RET_ALLOW);
  answer(p, REFUSE(EAFNOSUPPORT));
}

static void filter_build(struct program* p) {
  load(p, offsetof(struct seccomp_data, arch));
  when(p, BPF_JEQ, NATIVE_ARCH, 1);
  emit(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JA, 1, 0, 0));
  answer(p, SECCOMP_RET_KILL_PROCESS);
  load(p, offsetof(struct seccomp_data, nr));
#if defined(__x86_64__)
  when(p, BPF_JGE, 0x40000000, 1); /* the x32 interface has the same calls under other numbers */
  answer(p, SECCOMP_RET_KILL_PROCESS);
#endif
  when(p, BPF_JGT, NEWEST_KNOWN_SYSCALL, 1);
  answer(p, REFUSE(ENOSYS));
  when(p, BPF_JEQ, SYS_clone3, 1); /* its flags lie in memory, out of a filter's sight: libc falls back to clone */
  answer(p, REFUSE(ENOSYS));
  for (size_t i = 0; i < sizeof(denied) / sizeof(*denied); ++i) {
    size_t left = sizeof(denied) / sizeof(*denied) - i;
    emit(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)denied[i], (unsigned char)left, 0));
  }
  emit(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JA, 1, 0, 0));
  answer(p, REFUSE(EPERM));
  when(p, BPF_JEQ, SYS_clone, 4);
  load(p, ARGUMENT(0));
  emit(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, NEW_NAMESPACES, 0, 1));
  answer(p, REFUSE(EPERM));
  answer(p, SECCOMP_RET_ALLOW);
  when(p, BPF_JEQ, SYS_unshare, 4);
  load(p, ARGUMENT(0));
  emit(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, NEW_NAMESPACES | NEW_TIME, 0, 1));
  answer(p, REFUSE(EPERM));
  answer(p, SECCOMP_RET_ALLOW);
  when(p, BPF_JEQ, SYS_ioctl, 5);
  load(p, ARGUMENT(1));
  emit(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x5412 /* TIOCSTI */, 1, 0));
  when(p, BPF_JEQ, 0x541C /* TIOCLINUX */, 1);
  answer(p, REFUSE(EPERM));
  answer(p, SECCOMP_RET_ALLOW);
  when(p, BPF_JEQ, SYS_personality, 5);
  load(p, ARGUMENT(0));
  emit(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0));
  when(p, BPF_JEQ, 0xffffffff, 1);
  answer(p, SECCOMP_RET_ALLOW);
  answer(p, REFUSE(EPERM));
  filter_sockets(p);
  answer(p, SECCOMP_RET_ALLOW);
}

bool seccomp_install(struct failure* failure) {
  struct program program = {.size = 0};
  filter_build(&program);
  if (program.size >= FILTER_MAX) {
    errno = E2BIG;
    return fail_with(failure, "seccomp", "filter");
  }
  struct sock_fprog code = {program.size, program.code};
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &code) < 0) return fail_with(failure, "seccomp", "install");
  return true;
}
