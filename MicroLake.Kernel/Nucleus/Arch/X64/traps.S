# Trap entry, context switch and thread start. Offsets are those of Thread, PerCpu and TrapFrame in C#
# (held together by a test over the image's symbols).
.intel_syntax noprefix
#include "kept_registers.inc"

.set CPU_SELF, 0
.set CPU_THREAD, 8
.set CPU_XSAVE_MASK, 16
.set CPU_SWITCH_LOCK, 24
.set CPU_FSGSBASE, 32
.set CPU_KERNEL_STACK, 40
.set CPU_ROOT, 56
.set CPU_VECTOR_OWNER, 64
.set CPU_SMAP, 80

.set THREAD_RSP, 0
.set THREAD_SAVED_BY_TRAP, 8
.set THREAD_FS_BASE, 16
.set THREAD_KERNEL_STACK, 32
.set THREAD_ROOT, 40
.set THREAD_PROCESS, 48
.set THREAD_TRAP_FRAME, 64
.set THREAD_XSAVE, 1024

.set MSR_FS_BASE, 0xc0000100
.set MSR_GS_BASE, 0xc0000101
.set FRAME_CS, 144
.set FRAME_BYTES, 176
.set USER_RING, 3

.section .text.traps, "ax"

# One 16-byte stub per vector: pushes a zero where the processor pushes no error code, then the vector.
.align 16
.globl trap_stubs
trap_stubs:
.set vector, 0
.rept 256
    .align 16
    .if (vector == 8) || (vector == 10) || (vector == 11) || (vector == 12) || (vector == 13) || (vector == 14) || (vector == 17) || (vector == 21) || (vector == 29) || (vector == 30)
    .else
    push 0
    .endif
    push vector
    .if (vector == 2) || (vector == 8) || (vector == 18)
    jmp trap_anywhere
    .else
    jmp trap_common
    .endif
    .set vector, vector + 1
.endr

.macro PUSH_REGISTERS
    push rax
    push rcx
    push rdx
    push rbx
    push rbp
    push rsi
    push rdi
    push r8
    push r9
    push r10
    push r11
    push r12
    push r13
    push r14
    push r15
.endm

# Non-maskable interrupts, double faults and machine checks come at any point, between a process's GS and the kernel's, too: whose GS base it
# is cannot be told by its value, which a process may write. Their stacks know the processor's block (DescriptorTables.cs). None of them goes
# back to what it interrupted.
.align 16
trap_anywhere:
    PUSH_REGISTERS
    mov rax, [rsp + FRAME_BYTES]
    mov rdx, rax
    shr rdx, 32
    mov ecx, MSR_GS_BASE
    wrmsr
    jmp trap_in_kernel

.align 16
trap_common:
    PUSH_REGISTERS
    test byte ptr [rsp + FRAME_CS], USER_RING
    jz trap_in_kernel
    swapgs
trap_in_kernel:
    cld
    cmp qword ptr gs:[CPU_SMAP], 0
    je 1f
    clac
1:
    mov rbx, gs:[CPU_THREAD]
    lea rbx, [rbx + THREAD_XSAVE]
    mov rax, gs:[CPU_XSAVE_MASK]
    test rax, rax
    jz 1f
    mov rdx, rax
    shr rdx, 32
    xsave64 [rbx]
    jmp 2f
1:  fxsave64 [rbx]
2:  mov rdi, rsp
    xor ebp, ebp
    # The trap frame leaves the stack 16-byte aligned: the processor aligns it, and 22 quads were pushed.
    call nucleus_trap
    test rax, rax
    jnz resume_thread_rax
    mov rax, gs:[CPU_XSAVE_MASK]
    test rax, rax
    jz 3f
    mov rdx, rax
    shr rdx, 32
    xrstor64 [rbx]
    jmp restore_registers
3:  fxrstor64 [rbx]
restore_registers:
    pop r15
    pop r14
    pop r13
    pop r12
    pop r11
    pop r10
    pop r9
    pop r8
    pop rdi
    pop rsi
    pop rbp
    pop rbx
    pop rdx
    pop rcx
    pop rax
    add rsp, 16
    test byte ptr [rsp + 8], USER_RING
    jz 1f
    swapgs
1:  iretq

# Entry stack, page tables and, with FSGSBASE, the thread pointer become those of the thread in rax. Changes rdx. A kernel thread (no root of
# its own) runs on any page tables: those in use stay. A GS base that a process wrote does not get to the next one.
.macro TAKE_SPACE otherwise
    mov rdx, [rax + THREAD_KERNEL_STACK]
    mov gs:[CPU_KERNEL_STACK], rdx
    mov rdx, [rax + THREAD_ROOT]
    test rdx, rdx
    jz 8f
    cmp rdx, gs:[CPU_ROOT]
    je 8f
    mov gs:[CPU_ROOT], rdx
    mov cr3, rdx
    cmp qword ptr gs:[CPU_FSGSBASE], 0
    je \otherwise
    xor edx, edx
    swapgs
    wrgsbase rdx
    swapgs
8:  cmp qword ptr gs:[CPU_FSGSBASE], 0
    je \otherwise
    mov rdx, [rax + THREAD_FS_BASE]
    wrfsbase rdx
.endm

# x64_switch(Thread* from, Thread* to): the caller holds the switch lock with interrupts off; the lock is
# released as soon as nothing of `from` is in use any more.
.globl x64_switch
.type x64_switch, @function
x64_switch:
    SAVE_KEPT_REGISTERS
    mov [rdi + THREAD_RSP], rsp
    mov rax, rsi

resume_thread_rax:
    mov gs:[CPU_THREAD], rax
    TAKE_SPACE set_thread_pointer
thread_pointer_set:
    mov rcx, gs:[CPU_SWITCH_LOCK]
    cmp qword ptr [rax + THREAD_SAVED_BY_TRAP], 0
    jne 3f
    mov rdx, [rax + THREAD_PROCESS]
    cmp rdx, gs:[CPU_VECTOR_OWNER]
    jne take_vectors
vectors_taken:
    mov rsp, [rax + THREAD_RSP]
    mov dword ptr [rcx], 0
    RESTORE_KEPT_REGISTERS
    ret

set_thread_pointer:
    mov rsi, rax
    mov rax, [rsi + THREAD_FS_BASE]
    mov rdx, rax
    shr rdx, 32
    mov ecx, MSR_FS_BASE
    wrmsr
    mov rax, rsi
    jmp thread_pointer_set

3:  mov rdx, [rax + THREAD_PROCESS]
    mov gs:[CPU_VECTOR_OWNER], rdx
    mov qword ptr [rax + THREAD_SAVED_BY_TRAP], 0
    lea rsp, [rax + THREAD_TRAP_FRAME]
    lea rbx, [rax + THREAD_XSAVE]
    mov dword ptr [rcx], 0
    mov rax, gs:[CPU_XSAVE_MASK]
    test rax, rax
    jz 4f
    mov rdx, rax
    shr rdx, 32
    xrstor64 [rbx]
    jmp restore_registers
4:  fxrstor64 [rbx]
    jmp restore_registers

# The rest of a direct switch (messages.S) to the thread in rax, where one of the two is a process's. rcx, the lock, is kept. Without FSGSBASE there are
# no direct switches.
.globl x64_switch_processes
.type x64_switch_processes, @function
x64_switch_processes:
    TAKE_SPACE no_direct_switch
    mov rdx, [rax + THREAD_PROCESS]
    cmp rdx, gs:[CPU_VECTOR_OWNER]
    jne take_vectors
    jmp vectors_taken
no_direct_switch:
    ud2

# The thread in rax gave its extended registers up by itself, and another process has used them since: a process must not see what that
# one left there, and the kernel must not run under its rounding modes. rdx: the new owner; rcx is kept.
take_vectors:
    mov gs:[CPU_VECTOR_OWNER], rdx
    cmp qword ptr [rax + THREAD_ROOT], 0
    jne 1f
    fninit
    ldmxcsr [rip + initial_extended_state + 24]
    jmp vectors_taken
1:  mov rsi, rax
    lea rbx, [rip + initial_extended_state]
    mov rax, gs:[CPU_XSAVE_MASK]
    test rax, rax
    jz 2f
    mov rdx, rax
    shr rdx, 32
    xrstor64 [rbx]
    mov rax, rsi
    jmp vectors_taken
2:  fxrstor64 [rbx]
    mov rax, rsi
    jmp vectors_taken

# x64_resume(Thread* to): leaves the current context for good (thread exit, return from a signal handler).
.globl x64_resume
.type x64_resume, @function
x64_resume:
    mov rax, rdi
    jmp resume_thread_rax

# First code of a thread: entry in r12, its argument in r13 (set up by Threads.Create).
.globl x64_thread_start
.type x64_thread_start, @function
x64_thread_start:
    sti
    xor ebp, ebp
    mov rdi, r13
    call r12
    mov rdi, rax
    call nucleus_thread_returned
    ud2

# A thread of a process goes on here when it is to end; the stack pointer is as after a call.
.globl x64_thread_end
.type x64_thread_end, @function
x64_thread_end:
    xor ebp, ebp
    sub rsp, 8
    call nucleus_thread_end
    ud2

# A signal handler returns here: the stack pointer stands at the signal frame.
.globl x64_signal_return
.type x64_signal_return, @function
x64_signal_return:
    mov rdi, rsp
    call nucleus_signal_return
    ud2

# What xrstor makes of it: every component in its initial state, MXCSR 0x1f80 (Intel SDM volume 1, 13.6 and 13.8).
.section .rodata.traps, "a"
.align 64
initial_extended_state:
    .short 0x037f
    .skip 22
    .long 0x1f80
    .skip 1024 - 28
