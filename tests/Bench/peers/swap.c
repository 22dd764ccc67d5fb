// What Linux pays for what MicroLake's mm.swap_in measures: pages that are touched while they are on a swap disk, by a program with half as much memory
// again as the machine. For each page that comes, another has to leave.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/swap.h>
#include <sys/sysinfo.h>
#include <linux/fs.h>
#include <unistd.h>
#include "devices.h"
#include "measure.h"

#define PEER "linux-swap"
#define DISK "/dev/vda"

enum { PAGE_BYTES = 4096, WORDS = PAGE_BYTES / 8, BLOCK_PAGES = 256, BATCH = 200 };

static volatile uint64_t *memory;
static long pages, next;

static void read_page(long page)
{
    if (memory[page * WORDS] != (uint64_t)page + 1)
        printf("failed: page %ld\n", page);
}

static void read_in_order(long n)
{
    while (n--)
        read_page(next++ % pages);
}

// Each is read once: the step has no divisor in common with the number of pages.
static void read_far_apart(long n)
{
    long among = pages / 4 / BLOCK_PAGES * BLOCK_PAGES - 1;
    while (n--)
        read_page(next++ * 7919 % among);
}

// The header of a swap disk: version, last page, and the signature at the end of the page (Linux, include/linux/swap.h).
static int make_swap(void)
{
    static char page[PAGE_BYTES];
    uint64_t bytes = 0;
    int disk = open(DISK, O_RDWR);
    if (disk < 0 || ioctl(disk, BLKGETSIZE64, &bytes) != 0)
        return 0;
    uint32_t header[2] = {1, (uint32_t)(bytes / PAGE_BYTES) - 1};
    memcpy(page + 1024, header, sizeof header);
    memcpy(page + PAGE_BYTES - 10, "SWAPSPACE2", 10);
    int made = pwrite(disk, page, PAGE_BYTES, 0) == PAGE_BYTES && fsync(disk) == 0;
    close(disk);
    return made && swapon(DISK, 0) == 0;
}

// As MicroLake's: each order by a program of its own, which fills its memory, and a fixed number of pages for each sample.
static void sample(const char *name, void (*operation)(long))
{
    double samples[MOST_SAMPLES];
    memory = mmap(0, pages * PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        printf("failed: memory: %s\n", strerror(errno));
        return;
    }
    madvise((void *)memory, pages * PAGE_BYTES, MADV_NOHUGEPAGE);
    for (long i = 0; i < pages * WORDS; i++)
        memory[i] = (uint64_t)(i / WORDS) + 1;
    next = 0;
    operation(BATCH);
    for (int i = 0; i < measure_samples; i++) {
        uint64_t start = measure_now();
        operation(BATCH);
        samples[i] = (double)(measure_now() - start) / BATCH;
    }
    measure_print(name, samples, measure_samples, PEER);
    munmap((void *)memory, pages * PAGE_BYTES);
}

void swap_peer(void)
{
    struct sysinfo machine;
    if (!devices_start())
        return;
    if (!make_swap() || sysinfo(&machine) != 0) {
        printf("failed: swap: %s\n", strerror(errno));
        return;
    }
    pages = (long)(machine.totalram * machine.mem_unit / PAGE_BYTES / BLOCK_PAGES * 3 / 2 * BLOCK_PAGES);
    sample("mm.swap_in.in_order", read_in_order);
    sample("mm.swap_in.far_apart", read_far_apart);
}
