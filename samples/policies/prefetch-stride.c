/* Readahead by stride: three steps of the same distance in a row are a pattern, and the longer it lasts, the farther ahead is read. */
#include <microlake.h>

#define LONGEST 32

struct progress {
    s64 distance;
    u64 steps;
};

ML_MAP(strides, ML_PER_CPU_ARRAY, u32, struct progress, 1);

ML_POLICY("mm.prefetch") s64 prefetch_stride(struct ml_mm_prefetch *c)
{
    u32 first = 0;
    struct progress *p = ml_map_lookup(&strides, &first);
    if (!p)
        return 0;
    if (c->step_1 != p->distance) {
        p->distance = c->step_1;
        p->steps = 0;
        return 0;
    }

    u64 steps = ++p->steps;
    if (steps < 3 || c->step_1 < 0)
        return 0;
    u64 pages = steps * c->step_1;
    return pages < LONGEST ? pages : LONGEST;
}
