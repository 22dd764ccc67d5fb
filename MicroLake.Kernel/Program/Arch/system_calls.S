# The kernel calls of the platform as system calls: number in rax, the fourth argument in r10 (SYSCALL takes rcx). The order and the numbers
# are those of KernelCallNumber; a test compares them.
.intel_syntax noprefix
#include "../../Platform/Arch/transition_frame.inc"

.section .text.system_calls, "ax"

.macro CALL name, number
.globl \name
.type \name, @function
\name:
    mov eax, \number
    mov r10, rcx
    syscall
    ret
.endm

# The same without a deadline for managed code, which calls it as it calls managed code.
.macro MANAGED_CALL name, number
.globl \name
.type \name, @function
\name:
    lea rax, [rsp + 8]
    PUSH_TRANSITION_FRAME 0
    mov rdx, -1
    mov eax, \number
    syscall
    END_TRANSITION
    jne 2f
1:  add rsp, TRANSITION_HEAD
    pop rbx
    pop r12
    pop r13
    pop r14
    pop r15
    add rsp, 8
    ret
2:  NAME_TRANSITION_THREAD
    push rax
    call RhpWaitForGC2
    pop rax
    jmp 1b
.endm

MANAGED_CALL mk_managed_ipc_call, 36
MANAGED_CALL mk_managed_ipc_reply_and_receive, 39

CALL mk_null, 0
CALL mk_thread_create, 1
CALL mk_thread_exit, 2
CALL mk_thread_self, 3
CALL mk_thread_yield, 4
CALL mk_thread_set_pointer, 5
CALL mk_thread_stack, 6
CALL mk_thread_set_name, 7
CALL mk_thread_signal, 8
CALL mk_thread_set_priority, 9
CALL mk_wait_address, 12
CALL mk_wake_address, 13
CALL mk_sleep_until, 14
CALL mk_memory_reserve, 15
CALL mk_memory_replace, 16
CALL mk_memory_protect, 17
CALL mk_memory_release, 18
CALL mk_memory_discard, 19
CALL mk_memory_barrier, 20
CALL mk_memory_information, 21
CALL mk_processor_count, 22
CALL mk_processor_current, 23
CALL mk_clock_monotonic, 24
CALL mk_clock_wall, 25
CALL mk_log_write, 26
CALL mk_random, 27
CALL mk_panic, 28
CALL mk_process_exit, 29
CALL mk_handle_close, 30
CALL mk_handle_duplicate, 31
CALL mk_handle_information, 32
CALL mk_object_statistics, 33
CALL mk_endpoint_create, 34
CALL mk_notification_create, 35
CALL mk_ipc_call, 36
CALL mk_ipc_receive, 37
CALL mk_ipc_reply, 38
CALL mk_ipc_reply_and_receive, 39
CALL mk_ipc_cancel, 40
CALL mk_ipc_forget_cancel, 41
CALL mk_notification_signal, 42
CALL mk_notification_wait, 43
CALL mk_memory_object_create, 44
CALL mk_memory_object_map, 45
CALL mk_memory_object_unmap, 46

# kernel_set_handler(signal, handler): the kernel is told where handlers return to.
.globl kernel_set_handler
.type kernel_set_handler, @function
kernel_set_handler:
    lea rdx, [rip + signal_return]
    mov eax, 10
    syscall
    ret

# The stack pointer stands at the signal frame.
signal_return:
    mov rdi, rsp
    mov eax, 11
    syscall
    ud2

# ulong mk_system_call(number, a, b, c, d, e, f): any call by its number, for programs that try the kernel out.
.globl mk_system_call
.type mk_system_call, @function
mk_system_call:
    mov rax, rdi
    mov rdi, rsi
    mov rsi, rdx
    mov rdx, rcx
    mov r10, r8
    mov r8, r9
    mov r9, [rsp + 8]
    syscall
    ret
