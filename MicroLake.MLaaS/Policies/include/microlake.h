/* What policies for MicroLake are written against. A policy is a function in a section that is named for its hook:

       #include <microlake.h>

       ML_POLICY("mm.prefetch") long stride(struct ml_mm_prefetch *c)
       {
           return c->run > 3 ? 8 : 0;
       }

   and is compiled by

       clang -O2 -target bpf -mcpu=v3 -I MicroLake.MLaaS/Policies/include -c policy.c -o policy.bpf.o

   The verifier follows every way through it, so loops need a constant bound, and memory that a helper returns must be compared with 0 first. */
#ifndef MICROLAKE_H
#define MICROLAKE_H

typedef signed char s8;
typedef unsigned char u8;
typedef short s16;
typedef unsigned short u16;
typedef int s32;
typedef unsigned int u32;
typedef long long s64;
typedef unsigned long long u64;

#define ML_SECTION(name) __attribute__((section(name), used))
#define ML_POLICY(hook) ML_SECTION(hook)
#define ML_INLINE static __attribute__((always_inline))

/* Maps. Values are aligned to 8 bytes and start as zeros. */
enum ml_map_kind {
    ML_HASH = 1,          /* values by keys of 1 to 256 bytes */
    ML_ARRAY = 2,         /* values by an index of type u32 */
    ML_PER_CPU_ARRAY = 6, /* the same, for each processor its own */
    ML_RING = 27,         /* records to whoever reads them; entries are bytes, a power of two from 4096 on */
};

struct ml_map {
    u32 kind;
    u32 key_bytes;
    u32 value_bytes;
    u32 entries;
};

#define ML_MAP(name, kind, key, value, entries) struct ml_map name ML_SECTION("maps") = {kind, sizeof(key), sizeof(value), entries}
#define ML_RING_BUFFER(name, bytes) struct ml_map name ML_SECTION("maps") = {ML_RING, 0, 0, bytes}

/* Flags of ml_map_update. */
enum ml_update {
    ML_ANY = 0,
    ML_ONLY_NEW = 1,
    ML_ONLY_OLD = 2,
};

/* Helpers. Those that change something return 0 or a negative number. A policy may call those that policy.helpers of its manifest names; without
   the list, all but ml_time, ml_random, ml_processor and ml_trace, which tell or change what is not the module's own. */

/* The value of a key, or 0 if there is none. */
static void *(*const ml_map_lookup)(struct ml_map *map, const void *key) = (void *)1;
static s64 (*const ml_map_update)(struct ml_map *map, const void *key, const void *value, u64 flags) = (void *)2;
static s64 (*const ml_map_delete)(struct ml_map *map, const void *key) = (void *)3;

/* Nanoseconds of the monotonic clock. */
static u64 (*const ml_time)(void) = (void *)5;

/* A text (its end is where its length says) and two numbers for the trace. */
static s64 (*const ml_trace)(const char *text, u64 bytes, u64 a, u64 b) = (void *)6;

/* 32 random bits. */
static u64 (*const ml_random)(void) = (void *)7;

/* The processor that this runs on. */
static u64 (*const ml_processor)(void) = (void *)8;

/* A record for a ring buffer; flags is 0. */
static s64 (*const ml_ring_output)(struct ml_map *ring, const void *record, u64 bytes, u64 flags) = (void *)130;

/* The newest value of a feature of the hook, by its number. */
static u64 (*const ml_feature)(u64 feature) = (void *)1001;

/* Runs a model of the module. The outputs are all written, whatever the result. */
static s64 (*const ml_infer)(u64 model, const void *inputs, u64 input_bytes, void *outputs, u64 output_bytes) = (void *)1002;

/* Contexts of the hooks: what each is decided from. All fields are read-only. A policy sees those that policy.features of its manifest names; where it
   names none, module pack writes those that the policy uses. */

/* Which thread runs: the result is how far behind the front of the queue a thread stands that has become ready, in ns of virtual run time: how
   long it is foreseen to run. While it does it comes forward; when it has run for so long and goes on, the hook is asked again. */
struct ml_sched_pick {
    s64 burst_ns;
    s64 burst1_ns;
    s64 burst2_ns;
    s64 burst3_ns;
    s64 waited_ns;
    s64 priority;
    s64 ready;
    s64 run_ns;
    /* Of the process: what this thread and those that have ended ran, and what it was said to need (0: nothing was). 0 in the kernel. */
    s64 process_run_ns;
    s64 declared_ns;
    /* What was known when it began, from processes that have ended: log2(1 + ns) in parts of 256. Where a command (a program with its arguments) is not
       known, its program's mean stands there, and where that is not known, the usual: of its tenant's processes, or of all. All 0: nothing is known. */
    s64 command_last;
    s64 command_before_last;
    s64 command_mean;
    s64 command_runs;
    s64 program_mean;
    s64 usual_mean;
};

/* Threads that a processor without work takes from another's queue. */
struct ml_sched_balance {
    s64 other_ready; /* threads that wait there */
    s64 idle;        /* processors without work */
    s64 waited_ns;   /* of the first that waits there */
    s64 burst_ns;    /* and its last burst */
};

/* The rank of a page among those that may go: the greatest goes first. Distances are counted in uses of pages; all numbers are logarithms to base 2
   (of distances: of their share of the cache's size) or shares, times 256. */
struct ml_mm_reclaim {
    s64 age;                    /* since the last use */
    s64 gap_1;                  /* between the last two uses */
    s64 gap_2;                  /* between the two before */
    s64 gap_3;
    s64 gap_mean;
    s64 uses;
    s64 use_interval;           /* from the first use until now, for each use */
    s64 left_of_gap_1;          /* until the next use if the page keeps its distance; negative: it is late */
    s64 left_of_gap_2;
    s64 left_of_gap_mean;
    s64 gap_1_to_2;             /* how much the distances differ */
    s64 gap_1_to_3;
    s64 reuse_of_narrow_kind;   /* share of pages with a past like this one's that were used again in time */
    s64 reuse_of_wide_kind;
    s64 recent_first_uses;      /* share of first uses in the last uses of all pages */
    s64 recent_second_uses;
    s64 recent_cohort_uses;     /* how often pages that came at the same time are used again in a cache of uses: of late, */
    s64 cohort_uses;            /* and lately */
    s64 fading_uses;            /* each counts for half as much after four caches of uses */
    s64 recent_old_uses;        /* of all pages: share of uses of those that came more than a cache of uses ago, */
    s64 recent_uses_beyond_age; /* of uses after a distance as long as this page's age or longer (a logarithm), */
    s64 recent_gap_change;      /* by how much distances differ from those before, */
    s64 recent_long_gaps;       /* share of uses after more than a cache of uses, */
    s64 recent_gap;             /* and the mean distance */
    s64 age_beyond_lru;         /* age, by that of the page that LRU would let go next: positive, LRU does not hold this one */
    s64 uses_beyond_least;      /* uses, by those of the page that the uses of all time would let go next */
    s64 reuse_of_held_kind;     /* share of pages of this age, and held as this one by LRU or the uses of all time, that were used again in time */
    s64 stay;                   /* since the page came into the module's cache, which holds no data, */
    s64 uses_here;              /* and how often it was used since */
    s64 recent_lead_of_lru;     /* of all pages: share of uses that were hits of LRU less those of the uses of all time */
};

/* Pages to read beyond what is asked for. */
struct ml_mm_prefetch {
    s64 page;       /* the first that is missing */
    s64 count;      /* pages asked for from there on */
    s64 file_pages; /* of the file */
    s64 run;        /* pages read in order before */
    s64 step_1;     /* from the read before to this one */
    s64 step_2;     /* from the one before that to the read before */
    s64 step_3;
};

/* The rank of a request among those that wait for the disk: the greatest goes next. A policy for a process or a tenant is asked where
   a request of that process would go, and may let another go first. */
enum ml_io_kind {
    ML_IO_READ = 0,       /* somebody waits for it */
    ML_IO_CHANGE = 1,     /* of a file or directory */
    ML_IO_WRITE_BACK = 2, /* changed pages go to the disk; it is under way, and lets a read go first or goes on */
};

struct ml_io_submit {
    s64 kind;
    s64 file;      /* inode number */
    s64 page;      /* the first of the file that it is about */
    s64 pages;     /* how many; of a write-back, those that are left */
    s64 waited_ns; /* of a write-back, since its last turn */
    s64 passed;    /* requests that came later and went before it */
    s64 waiting;   /* candidates */
};

/* 1: the GPU runs the batch; 0: the processor. */
struct ml_ml_place {
    s64 rows;
    s64 multiply_adds;
    s64 queued;
};

#endif
