// What Linux pays for what MicroLake's nucleus benchmarks measure: page faults, and a loop spread over all processors.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>
#include "measure.h"

#define PEER "linux-c"

enum { PAGES = 512, PAGE_BYTES = 4096 };

// The first write to each of some pages of 4 KiB; giving them back is not counted.
void mm_peer(void)
{
    double samples[MOST_SAMPLES];
    volatile char *memory = mmap(0, PAGES * PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        puts("failed: mmap");
        return;
    }
    // Huge pages would make one fault of them all.
    madvise((void *)memory, PAGES * PAGE_BYTES, MADV_NOHUGEPAGE);
    for (int i = -1; i < measure_samples; i++) {
        madvise((void *)memory, PAGES * PAGE_BYTES, MADV_DONTNEED);
        uint64_t start = measure_now();
        for (int page = 0; page < PAGES; page++)
            memory[page * PAGE_BYTES] = 1;
        if (i >= 0)
            samples[i] = (double)(measure_now() - start) / PAGES;
    }
    measure_print("mm.page_fault", samples, measure_samples, PEER);
}

enum { PIECES = 64, STEPS = 40000, MOST_WORKERS = 8 };

static volatile uint64_t results[PIECES];
static atomic_int next_piece;
static atomic_int finished;
static pthread_barrier_t begin, end;

static void work(int piece)
{
    uint64_t value = (uint64_t)piece;
    for (int i = 0; i < STEPS; i++) {
        value = value * 6364136223846793005u + 1442695040888963407u;
        // As written: the compiler would jump ahead.
        __asm__ volatile("" : "+r"(value));
    }
    results[piece] = value;
}

static void take_pieces(void)
{
    for (int piece; (piece = atomic_fetch_add(&next_piece, 1)) < PIECES;)
        work(piece);
}

static void *worker(void *unused)
{
    for (;;) {
        pthread_barrier_wait(&begin);
        if (finished)
            return unused;
        take_pieces();
        pthread_barrier_wait(&end);
    }
}

// A loop shared among threads that wait for it, one for each processor, as a share of the time that it takes alone.
void parallel_peer(void)
{
    pthread_t threads[MOST_WORKERS];
    double samples[MOST_SAMPLES];
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    int others = (int)(processors > MOST_WORKERS ? MOST_WORKERS : processors) - 1;
    pthread_barrier_init(&begin, 0, (unsigned)others + 1);
    pthread_barrier_init(&end, 0, (unsigned)others + 1);
    for (int i = 0; i < others; i++)
        if (pthread_create(threads + i, 0, worker, 0)) {
            puts("failed: parallel_for");
            return;
        }
    for (int i = -1; i < 15; i++) {
        uint64_t start = measure_now();
        for (int piece = 0; piece < PIECES; piece++)
            work(piece);
        double alone = (double)(measure_now() - start);
        start = measure_now();
        next_piece = 0;
        pthread_barrier_wait(&begin);
        take_pieces();
        pthread_barrier_wait(&end);
        if (i >= 0)
            samples[i] = (double)(measure_now() - start) / alone;
    }
    finished = 1;
    pthread_barrier_wait(&begin);
    for (int i = 0; i < others; i++)
        pthread_join(threads[i], 0);
    measure_print_unit("sched.parallel_for", "ratio", samples, 15, PEER);
}
