// What Linux pays for what MicroLake's file benchmarks measure: files that the host keeps, by 9P over virtio. Without the
// cache, because MicroLake has none either: what the host changes shows at once.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "measure.h"

#define PEER "linux-9p"

enum { BATCH = 32, PIECE = 4096, LONG = 1 << 20 };

static char bytes[LONG];
static int file;

// Modules are loaded in the order of their numbers.
static int load_modules(void)
{
    for (int i = 0;; i++) {
        char path[32];
        snprintf(path, sizeof path, "/modules/%d", i);
        int module = open(path, O_RDONLY);
        if (module < 0)
            return i > 0;
        if (syscall(SYS_finit_module, module, "", 0) != 0 && errno != EEXIST) {
            printf("failed: module %d: %s\n", i, strerror(errno));
            return 0;
        }
        close(module);
    }
}

static const char *new_file(long number)
{
    static char path[48];
    snprintf(path, sizeof path, "/host/bench-new-%ld", number);
    return path;
}

static void check(int good, const char *what)
{
    if (!good)
        printf("failed: %s: %s\n", what, strerror(errno));
}

static void stat_file(long n)
{
    struct stat status;
    for (long i = 0; i < n; i++)
        check(stat("/host/bench-file", &status) == 0, "stat");
}

static void open_file(long n)
{
    for (long i = 0; i < n; i++) {
        int opened = open("/host/bench-file", O_RDONLY);
        check(opened >= 0 && close(opened) == 0, "open");
    }
}

static void write_piece(long n)
{
    for (long i = 0; i < n; i++)
        check(pwrite(file, bytes, PIECE, 0) == PIECE, "write");
}

static void read_piece(long n)
{
    for (long i = 0; i < n; i++)
        check(pread(file, bytes, PIECE, 0) == PIECE, "read");
}

static void transfer(int flags, int writes)
{
    int opened = open("/host/bench-transfer", flags, 0666);
    long done = 0;
    while (opened >= 0 && done < LONG) {
        ssize_t part = writes ? write(opened, bytes + done, LONG - done) : read(opened, bytes + done, LONG - done);
        if (part <= 0)
            break;
        done += part;
    }
    check(done == LONG && close(opened) == 0, "transfer");
}

static void write_long(long n)
{
    for (long i = 0; i < n; i++)
        transfer(O_WRONLY | O_CREAT | O_TRUNC, 1);
}

static void read_long(long n)
{
    for (long i = 0; i < n; i++)
        transfer(O_RDONLY, 0);
}

// Removing the files of the sample before is not counted.
static void create_files(void)
{
    double samples[MOST_SAMPLES];
    for (int i = -1; i < measure_samples; i++) {
        for (long number = 0; number < BATCH; number++)
            unlink(new_file(number));
        uint64_t start = measure_now();
        for (long number = 0; number < BATCH; number++) {
            int created = open(new_file(number), O_WRONLY | O_CREAT | O_EXCL, 0666);
            check(created >= 0 && close(created) == 0, "create");
        }
        if (i >= 0)
            samples[i] = (double)(measure_now() - start) / BATCH;
    }
    for (long number = 0; number < BATCH; number++)
        unlink(new_file(number));
    measure_print("file.9p.create", samples, measure_samples, PEER);
}

void file_peer(void)
{
    if (!load_modules())
        return;
    if (mount("host", "/host", "9p", 0, "trans=virtio,version=9p2000.L,cache=none,msize=131072") != 0) {
        check(0, "mount");
        return;
    }
    file = open("/host/bench-file", O_RDWR | O_CREAT, 0666);
    check(file >= 0 && pwrite(file, bytes, PIECE, 0) == PIECE, "file");
    create_files();
    measure("file.9p.stat", stat_file, BATCH, 1, PEER);
    measure("file.9p.open", open_file, BATCH, 1, PEER);
    measure("file.9p.write_4k", write_piece, BATCH, 1, PEER);
    measure("file.9p.read_4k", read_piece, BATCH, 1, PEER);
    measure("file.9p.write_1mib", write_long, 2, 1, PEER);
    measure("file.9p.read_1mib", read_long, 2, 1, PEER);
    close(file);
    unlink("/host/bench-file");
    unlink("/host/bench-transfer");
}
