// Timing for the peer programs: the same rules as MicroLake's own benchmarks, so that figures can be set side by side.
// A figure is printed as
//   figure NAME UNIT MIN MEDIAN MAX PEER
// where each sample is the mean over a batch of operations. By the clock, a batch lasts at least 2 ms; with counted
// instructions its size is fixed, so that the counts repeat.
#ifndef MEASURE_H
#define MEASURE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define MOST_SAMPLES 64

extern int measure_instructions;
extern int measure_samples;

static inline uint64_t measure_now(void)
{
    if (measure_instructions) {
        // The emulator's counter advances by one for each instruction.
        uint32_t low, high;
        __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
        return (uint64_t)high << 32 | low;
    }
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static int measure_compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static inline void measure_print_unit(const char *name, const char *unit, double *samples, int count, const char *peer)
{
    qsort(samples, (size_t)count, sizeof *samples, measure_compare);
    printf("figure %s %s %.6g %.6g %.6g %s\n", name, unit, samples[0], samples[count / 2], samples[count - 1], peer);
    fflush(stdout);
}

static inline void measure_print(const char *name, double *samples, int count, const char *peer)
{
    measure_print_unit(name, measure_instructions ? "instructions" : "ns", samples, count, peer);
}

// Measures operation(n), which does n operations; a sample is divided by n * parts.
static inline void measure(const char *name, void (*operation)(long), long fixed, double parts, const char *peer)
{
    long n = fixed;
    double samples[MOST_SAMPLES];
    operation(n / 8 + 1);
    while (!measure_instructions) {
        uint64_t start = measure_now();
        operation(n);
        uint64_t spent = measure_now() - start;
        if (spent >= 2000000)
            break;
        n *= spent < 200000 ? 8 : 2;
    }
    for (int i = 0; i < measure_samples; i++) {
        uint64_t start = measure_now();
        operation(n);
        samples[i] = (double)(measure_now() - start) / ((double)n * parts);
    }
    measure_print(name, samples, measure_samples, peer);
}

#endif
