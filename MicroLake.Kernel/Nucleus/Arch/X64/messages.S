# The short way of calls and answers (Ipc/DirectSwitch.cs says what it is, and what holds it together): one straight line from the sender's
# call instruction to the receiver's return. It is assembly because in C# a third of its instructions were calls, frames and arguments between the
# checks and the switch of stacks, which C# cannot do. What is not as usual is left to C#, which may say that it is as usual now.
#
# On the way: edi the handle, rsi the message, r8 the sender's thread, rcx the endpoint, rax the receiver's thread, r9 the sender's slot.
.intel_syntax noprefix
#include "kept_registers.inc"
#include "../../../Platform/Arch/transition_frame.inc"

.set CPU_THREAD, 8
.set CPU_DIRECT_HOME, 88
.set CPU_SWITCH_COUNT, 96
.set CPU_READY_REALTIME, 112
.set CPU_READY_FAIR, 640

.set THREAD_RSP, 0
.set THREAD_FS_BASE, 16
.set THREAD_ROOT, 40
.set THREAD_WAIT_OBJECT, 240
.set THREAD_STATE, 248
.set THREAD_WAIT_KIND, 249
.set THREAD_WAIT_STATUS, 252
.set THREAD_DIRECT_HOME, 256
.set THREAD_CALL_SLOT, 264
.set THREAD_RECEIVE_SLOT, 272
.set THREAD_CALL_HANDLE, 280
.set THREAD_RECEIVE_HANDLE, 284
.set THREAD_PRIORITY, 304
.set THREAD_VIRTUAL_RUNTIME, 416
.set THREAD_WAIT_NEXT, 456
.set THREAD_WAIT_PREVIOUS, 464
.set THREAD_SWITCHES, 552
.set THREAD_CANCEL_WANTED, 576
.set THREAD_MESSAGE, 584
.set THREAD_SERVER, 600
.set THREAD_CLIENT, 608
.set THREAD_CLIENT_ENDPOINT, 616
.set THREAD_BASE_PRIORITY, 632
.set THREAD_LENT_PRIORITY, 633

.set ENDPOINT_IN_SERVICE, 20
.set ENDPOINT_OBSTACLES, 28
.set ENDPOINT_SERVERS, 32
.set ENDPOINT_BUSY, 72

.set SLOT_HANDLE, 0
.set SLOT_OBJECT, 8
.set SLOT_BADGE, 16

.set MESSAGE_BADGE, 72
.set MESSAGE_HANDLE_COUNT, 80

.set STATE_RUNNING, 1
.set STATE_BLOCKED, 2
.set WAIT_REPLY, 2
.set WAIT_RECEIVING, 3

# A transition frame and where a switch goes on.
.set TRANSITION_BYTES, 88

.section .text.messages, "ax"

# The sender is about to wait, and says so before it locks the endpoint, which is a full barrier: either it sees a cancellation below, or who
# cancels sees the wait. A slot whose handle is gone leads to an object that is locked for ever.
.macro LOCK_ENDPOINT kind, slow
    mov [r8 + THREAD_WAIT_OBJECT], rcx
    mov byte ptr [r8 + THREAD_WAIT_KIND], \kind
    lock bts dword ptr [rcx], 0
    jc \slow
.endm

# The receiver, if there is one, waits on this processor without a deadline, nobody observes what runs, no cancellation is on its way to the sender,
# and its process has no quota.
.macro CHECK_RECEIVER locked
    test rax, rax
    jz \locked
    mov rdx, [rax + THREAD_DIRECT_HOME]
    cmp rdx, gs:[CPU_DIRECT_HOME]
    jne \locked
    cmp qword ptr [r8 + THREAD_CANCEL_WANTED], 0
    jne \locked
.endm

# Label and words from buffer to buffer, of which rdi is the receiver's.
.macro PASS_MESSAGE
    mov [r8 + THREAD_MESSAGE], rsi
    mov rdi, [rax + THREAD_MESSAGE]
    vmovdqu ymm0, [rsi]
    vmovdqu ymm1, [rsi + 32]
    mov rdx, [rsi + 64]
    vmovdqu [rdi], ymm0
    vmovdqu [rdi + 32], ymm1
    mov [rdi + 64], rdx
    mov dword ptr [rdi + MESSAGE_HANDLE_COUNT], 0
    vzeroupper
.endm

# The receiver goes on with the sender's turn and its virtual runtime. No wait and the outcome Ok are one store with its state.
.macro TAKE_TURN
    mov qword ptr [rax + THREAD_STATE], STATE_RUNNING
    mov rdx, [r8 + THREAD_VIRTUAL_RUNTIME]
    mov [rax + THREAD_VIRTUAL_RUNTIME], rdx
    inc qword ptr [rax + THREAD_SWITCHES]
    inc qword ptr gs:[CPU_SWITCH_COUNT]
    mov byte ptr [r8 + THREAD_STATE], STATE_BLOCKED
.endm

# \slow: nothing is locked; \locked: the endpoint is, or what has taken its place.
.macro TRY_CALL slow, locked
    mov r9, [r8 + THREAD_CALL_SLOT]
    cmp [r8 + THREAD_CALL_HANDLE], edi
    jne \slow
    cmp dword ptr [rsi + MESSAGE_HANDLE_COUNT], 0
    jne \slow
    mov rcx, [r9 + SLOT_OBJECT]
    LOCK_ENDPOINT WAIT_REPLY, \slow
    cmp [r9 + SLOT_HANDLE], edi
    jne \locked
    mov rax, [rcx + ENDPOINT_SERVERS]
    CHECK_RECEIVER \locked
    mov rdx, [rax + THREAD_WAIT_NEXT]
    mov [rcx + ENDPOINT_SERVERS], rdx
    inc dword ptr [rcx + ENDPOINT_IN_SERVICE]
    mov [rcx + ENDPOINT_BUSY], rax
    mov [rax + THREAD_CLIENT], r8
    mov [rax + THREAD_CLIENT_ENDPOINT], rcx
    mov [r8 + THREAD_SERVER], rax
    PASS_MESSAGE
    mov rdx, [r9 + SLOT_BADGE]
    mov [rdi + MESSAGE_BADGE], rdx
    # The priority is lent, if it is the higher.
    movzx edx, byte ptr [r8 + THREAD_PRIORITY]
    cmp dl, [rax + THREAD_PRIORITY]
    jbe 9f
    mov [rax + THREAD_LENT_PRIORITY], dl
    mov [rax + THREAD_PRIORITY], dl
9:  TAKE_TURN
.endm

.macro TRY_REPLY_AND_RECEIVE slow, locked
    mov r9, [r8 + THREAD_RECEIVE_SLOT]
    mov rcx, [r8 + THREAD_CLIENT_ENDPOINT]
    cmp [r8 + THREAD_RECEIVE_HANDLE], edi
    jne \slow
    cmp dword ptr [rsi + MESSAGE_HANDLE_COUNT], 0
    jne \slow
    # The endpoint of the call that is owed stays while it is. Without one rcx is null, which is no slot's object.
    cmp [r9 + SLOT_OBJECT], rcx
    jne \slow
    LOCK_ENDPOINT WAIT_RECEIVING, \slow
    cmp [r9 + SLOT_HANDLE], edi
    jne \locked
    # Nobody waits with a call, and neither side is closed.
    cmp dword ptr [rcx + ENDPOINT_OBSTACLES], 0
    jne \locked
    mov rax, [r8 + THREAD_CLIENT]
    CHECK_RECEIVER \locked
    # A caller of lower priority has to stand behind those who are ready.
    movzx edx, byte ptr [rax + THREAD_PRIORITY]
    cmp dl, [r8 + THREAD_PRIORITY]
    jae 9f
    mov rdx, gs:[CPU_READY_REALTIME]
    or rdx, gs:[CPU_READY_FAIR]
    jnz \locked
9:  mov rdx, [rcx + ENDPOINT_SERVERS]
    mov [r8 + THREAD_WAIT_NEXT], rdx
    test rdx, rdx
    jz 9f
    mov [rdx + THREAD_WAIT_PREVIOUS], r8
9:  mov [rcx + ENDPOINT_SERVERS], r8
    dec dword ptr [rcx + ENDPOINT_IN_SERVICE]
    mov qword ptr [rcx + ENDPOINT_BUSY], 0
    mov qword ptr [r8 + THREAD_CLIENT_ENDPOINT], 0
    PASS_MESSAGE
    mov qword ptr [rdi + MESSAGE_BADGE], 0
    cmp byte ptr [r8 + THREAD_LENT_PRIORITY], 0
    je 9f
    mov byte ptr [r8 + THREAD_LENT_PRIORITY], 0
    movzx edx, byte ptr [r8 + THREAD_BASE_PRIORITY]
    mov [r8 + THREAD_PRIORITY], dl
9:  TAKE_TURN
.endm

# The sender goes on to wait, with its kept registers on its stack, and the receiver runs in its place. The endpoint's lock is free once nothing of
# the sender is in use; nobody wakes it before. Between kernel threads only the thread pointer changes. Flags: whether one of the two is a process's.
.macro SWITCH_DIRECTLY
    mov [r8 + THREAD_RSP], rsp
    mov gs:[CPU_THREAD], rax
    jnz x64_switch_processes
    mov rdx, [rax + THREAD_FS_BASE]
    wrfsbase rdx
    mov rsp, [rax + THREAD_RSP]
    mov dword ptr [rcx], 0
    RESTORE_KEPT_REGISTERS
    ret
.endm

# What is not as usual: a function of C#, (handle, message, sender's thread), that returns the outcome with interrupts on, or a negative number with
# interrupts off: once more. The kept registers are saved, and free.
.macro ASK function, again, done
    mov ebx, edi
    mov r12, rsi
    mov rdx, r8
    call \function
    test rax, rax
    jns \done
    mov edi, ebx
    mov rsi, r12
    jmp \again
.endm

# The way itself, whose last steps before the switch are \prepare's.
.macro GO_DIRECTLY try, otherwise, prepare, done
    cli
2:  mov r8, gs:[CPU_THREAD]
    \try 3f, 4f
    \prepare
    SWITCH_DIRECTLY
3:  ASK \otherwise\()_slowly, 2b, \done
4:  ASK \otherwise\()_locked, 2b, \done
.endm

# Either thread may be a process's.
.macro LOOK_AT_BOTH_ROOTS
    mov rdx, [rax + THREAD_ROOT]
    or rdx, [r8 + THREAD_ROOT]
.endm

# The sender is of the kernel, and is found again by its transition frame.
.macro LEAVE_FRAME
    add rsp, TRANSITION_HEAD
    cmp qword ptr [rax + THREAD_ROOT], 0
.endm

# A kernel call on messages, (handle, Message*, deadline) to a status. Whoever wakes the caller returns to behind the first call, with the woken
# thread in rax.
.macro DIRECT name, try, otherwise
.globl \name
.type \name, @function
\name:
    cmp rdx, -1
    jne \otherwise\()_until
    call 1f
    mov eax, [rax + THREAD_WAIT_STATUS]
    sti
    ret
1:  SAVE_KEPT_REGISTERS
    GO_DIRECTLY \try, \otherwise, LOOK_AT_BOTH_ROOTS, direct_done
.endm

DIRECT mk_ipc_call, TRY_CALL, nucleus_call
DIRECT mk_ipc_reply_and_receive, TRY_REPLY_AND_RECEIVE, nucleus_reply_and_receive

direct_done:
    RESTORE_KEPT_REGISTERS
    add rsp, 8
    ret

# The same without a deadline for managed code, which calls it as it calls managed code. A switch, too, restores the kept registers from the
# transition frame.
.macro DIRECT_FROM_MANAGED name, try, otherwise
.globl \name
.type \name, @function
\name:
    lea rax, [rsp + 8]
    push offset managed_resumed
    PUSH_TRANSITION_FRAME 8
    GO_DIRECTLY \try, \otherwise, LEAVE_FRAME, managed_done
.endm

DIRECT_FROM_MANAGED mk_managed_ipc_call, TRY_CALL, nucleus_call
DIRECT_FROM_MANAGED mk_managed_ipc_reply_and_receive, TRY_REPLY_AND_RECEIVE, nucleus_reply_and_receive

managed_done:
    add rsp, TRANSITION_HEAD
    RESTORE_KEPT_REGISTERS
    add rsp, 8
    jmp 1f
# Where a switch goes on: the frame is below the stack pointer, where a signal leaves it alone; RBP is what the last pop was not.
managed_resumed:
    mov eax, [rax + THREAD_WAIT_STATUS]
    sti
1:  mov rbp, [rsp - TRANSITION_BYTES + TRANSITION_RBP]
    END_TRANSITION
    jne 2f
    ret
2:  sub rsp, TRANSITION_BYTES
    NAME_TRANSITION_THREAD
    push rax
    sub rsp, 8
    call RhpWaitForGC2
    add rsp, 8
    pop rax
    add rsp, TRANSITION_HEAD
    RESTORE_KEPT_REGISTERS
    mov rbp, [rsp + 8 - TRANSITION_BYTES + TRANSITION_RBP]
    add rsp, 8
    ret
