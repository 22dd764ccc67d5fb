# Aggressive collections by a thread that was refused memory (Memory/RefusedAllocation.cs): all generations, blocking and compacting, and what became free is
# given back. Assembly, because no other platform code may call the runtime, which the check of the object would not let it.
.intel_syntax noprefix
.section .text.platform, "ax"

.set ALL_GENERATIONS, 2
# collection_blocking, collection_compacting and collection_aggressive of the collector's interface.
.set AGGRESSIVE, 0x2 | 0x8 | 0x10

# The thread is in managed code for the collector: WKS::GCHeap::GarbageCollect(generation, lowMemory, mode), as an allocation would come to it.
.globl platform_collect_from_managed_code
.type platform_collect_from_managed_code, @function
platform_collect_from_managed_code:
    mov rdi, [rip + g_pGCHeap]
    mov esi, ALL_GENERATIONS
    xor edx, edx
    mov ecx, AGGRESSIVE
    jmp _ZN3WKS6GCHeap14GarbageCollectEibi

# The thread has left managed code: what GC.Collect comes to, RhpCollect(generation, mode, lowMemory).
.globl platform_collect_from_outside
.type platform_collect_from_outside, @function
platform_collect_from_outside:
    mov edi, ALL_GENERATIONS
    mov esi, AGGRESSIVE
    xor edx, edx
    jmp RhpCollect

# Bytes that the collector has committed for objects.
.globl platform_heap_committed
.type platform_heap_committed, @function
platform_heap_committed:
    mov rax, [rip + _ZN3WKS7gc_heap23current_total_committedE]
    sub rax, [rip + _ZN3WKS7gc_heap35current_total_committed_bookkeepingE]
    ret

# Adds to the collector's limit, WKS::gc_heap::heap_hard_limit, which it reads anew for each commit; 0 means that there is none.
.globl platform_heap_raise_limit
.type platform_heap_raise_limit, @function
platform_heap_raise_limit:
    cmp qword ptr [rip + _ZN3WKS7gc_heap15heap_hard_limitE], 0
    je 1f
    lock add [rip + _ZN3WKS7gc_heap15heap_hard_limitE], rdi
1:  ret
