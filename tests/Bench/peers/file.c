// What Linux pays for what MicroLake's file benchmarks measure: files that the host keeps, by 9P over virtio, and files on a disk, by ext4. 9P without
// its cache, because MicroLake has none either: what the host changes shows at once.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>
#include "devices.h"
#include "measure.h"

enum { BATCH = 32, PIECE = 4096, LONG = 1 << 20, PATH = 64 };

static char bytes[LONG];
static const char *folder, *prefix, *peer;
static char known[PATH], transferred[PATH];
static int file;

static const char *new_file(long number)
{
    static char path[PATH];
    snprintf(path, sizeof path, "%s/bench-new-%ld", folder, number);
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
        check(stat(known, &status) == 0, "stat");
}

static void open_file(long n)
{
    for (long i = 0; i < n; i++) {
        int opened = open(known, O_RDONLY);
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

static void sync_piece(long n)
{
    for (long i = 0; i < n; i++)
        check(pwrite(file, bytes, PIECE, 0) == PIECE && fsync(file) == 0, "fsync");
}

static void transfer(int flags, int writes)
{
    int opened = open(transferred, flags, 0666);
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

static const char *name_of(const char *figure)
{
    static char name[PATH];
    snprintf(name, sizeof name, "%s.%s", prefix, figure);
    return name;
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
    measure_print(name_of("create"), samples, measure_samples, peer);
}

static void measure_folder(const char *where, const char *figures, const char *who, int durable)
{
    folder = where;
    prefix = figures;
    peer = who;
    snprintf(known, sizeof known, "%s/bench-file", where);
    snprintf(transferred, sizeof transferred, "%s/bench-transfer", where);
    file = open(known, O_RDWR | O_CREAT, 0666);
    check(file >= 0 && pwrite(file, bytes, PIECE, 0) == PIECE, "file");
    create_files();
    measure(name_of("stat"), stat_file, BATCH, 1, peer);
    measure(name_of("open"), open_file, BATCH, 1, peer);
    measure(name_of("write_4k"), write_piece, BATCH, 1, peer);
    measure(name_of("read_4k"), read_piece, BATCH, 1, peer);
    if (durable)
        measure(name_of("sync_4k"), sync_piece, BATCH, 1, peer);
    measure(name_of("write_1mib"), write_long, 2, 1, peer);
    measure(name_of("read_1mib"), read_long, 2, 1, peer);
    close(file);
    unlink(known);
    unlink(transferred);
}

void file_peer(void)
{
    if (!devices_start())
        return;
    int shared = mount("host", "/host", "9p", 0, "trans=virtio,version=9p2000.L,cache=none,msize=131072") == 0;
    check(shared, "mount of the folder");
    if (shared)
        measure_folder("/host", "file.9p", "linux-9p", 0);
    int disk = mount("/dev/vda", "/data", "ext4", MS_RELATIME, "") == 0;
    check(disk, "mount of the disk");
    if (disk) {
        measure_folder("/data", "file.disk", "linux-ext4", 1);
        umount("/data");
    }
}
