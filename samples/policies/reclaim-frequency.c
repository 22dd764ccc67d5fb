/* Eviction by frequency: pages that were used seldom go first; uses count less the longer ago the last one is. */
#include <microlake.h>

#define MILLISECOND 1000000

ML_POLICY("mm.reclaim") s64 reclaim_frequency(struct ml_mm_reclaim *c)
{
    u64 age = (u64)c->age_ns / MILLISECOND;
    u64 uses = c->uses;

    /* A use counts half after every 64 ms. */
    for (int i = 0; i < 16 && age >= 64; i++) {
        uses /= 2;
        age -= 64;
    }

    if (uses > 0xffff)
        uses = 0xffff;
    return 0xffff - uses;
}
