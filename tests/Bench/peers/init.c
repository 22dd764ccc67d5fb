// Process 1 of the Linux guest: tells that it runs, then measures what the kernel command line asks for.
//   peer=boot      wait, for the host to look at memory and idle time
//   peer=runtime   threads, locks, allocation, timers
//   peer=sched     threads; peer=sched.parallel_for a loop over all processors
//   peer=mm        page faults
//   peer=ipc       pipes, event counters
//   peer=process   fork and exec of a C# program
//   peer=file      files of the host, by 9P, and of a disk, by ext4
//   peer=blk       reads and writes of a disk
//   peer=swap      pages on a swap disk
//   peer=infer     neural networks in C and with BLAS
//   count=instructions  fixed batches counted in instructions
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <unistd.h>
#include "measure.h"

void runtime_peer(void);
void sched_peer(void);
void parallel_peer(void);
void mm_peer(void);
void ipc_peer(void);
void process_peer(void);
void file_peer(void);
void blk_peer(void);
void swap_peer(void);
void infer_peer(void);

int measure_instructions;
int measure_samples = 25;

static const char *option(const char *line, const char *name)
{
    const char *at = strstr(line, name);
    return at ? at + strlen(name) : "";
}

int main(void)
{
    static const char mark[] = "MARK init\n";
    if (write(1, mark, sizeof mark - 1) < 0)
        return 1;

    static char line[4096];
    FILE *file = mount("proc", "/proc", "proc", 0, 0) == 0 ? fopen("/proc/cmdline", "r") : 0;
    if (!file || !fgets(line, sizeof line, file))
        puts("failed: no /proc/cmdline");
    measure_instructions = !strncmp(option(line, "count="), "instructions", 12);

    const char *peer = option(line, "peer=");
    if (!strncmp(peer, "boot", 4))
        for (;;)
            pause();
    if (!strncmp(peer, "runtime", 7))
        runtime_peer();
    if (!strncmp(peer, "sched.parallel_for", 18))
        parallel_peer();
    else if (!strncmp(peer, "sched", 5))
        sched_peer();
    if (!strncmp(peer, "mm", 2))
        mm_peer();
    if (!strncmp(peer, "ipc", 3))
        ipc_peer();
    if (!strncmp(peer, "process", 7))
        process_peer();
    if (!strncmp(peer, "file", 4))
        file_peer();
    if (!strncmp(peer, "blk", 3))
        blk_peer();
    if (!strncmp(peer, "swap", 4))
        swap_peer();
    if (!strncmp(peer, "infer", 5)) {
        measure_samples = 15;
        infer_peer();
    }
    puts("MARK done");
    fflush(stdout);
    reboot(RB_POWER_OFF);
    return 0;
}
