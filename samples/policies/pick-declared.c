/* Shortest job first, where it is said how long jobs take: whoever starts a process says so. The others are foreseen by their last burst. */
#include <microlake.h>

#define LONGEST_NS 10000000000ll

ML_POLICY("sched.pick") s64 pick_declared(struct ml_sched_pick *c)
{
    s64 left = c->declared_ns ? c->declared_ns - c->process_run_ns : c->burst_ns;
    return left < 0 ? 0 : left > LONGEST_NS ? LONGEST_NS : left;
}
