# The way from a process into the kernel and back (SYSCALL, SYSRET; Intel SDM volume 2), and copies of a process's memory.
.intel_syntax noprefix

.set CPU_THREAD, 8
.set CPU_KERNEL_STACK, 40
.set CPU_USER_STACK, 48
.set CPU_SYSTEM_CALLS, 72
.set CPU_SMAP, 80
.set THREAD_WORK, 56
.set THREAD_COPIED_BYTES, 640
.set SYSTEM_CALL_COUNT, 64
.set STATUS_INVALID_ARGUMENT, 1

.section .text.system_call, "ax"

# Number in rax, arguments in rdi, rsi, rdx, r10, r8, r9; result in rax. As in a C call only rbx, rbp and r12 to r15 are kept.
.globl x64_system_call
.type x64_system_call, @function
.align 16
x64_system_call:
    swapgs
    mov gs:[CPU_USER_STACK], rsp
    mov rsp, gs:[CPU_KERNEL_STACK]
    push qword ptr gs:[CPU_USER_STACK]
    push rcx
    push r11
    push rax
    sti
    cmp rax, SYSTEM_CALL_COUNT
    jae 3f
    mov rcx, r10
    mov r10, gs:[CPU_SYSTEM_CALLS]
    call [r10 + rax * 8]
1:  cli
    mov rcx, gs:[CPU_THREAD]
    cmp dword ptr [rcx + THREAD_WORK], 0
    jne 4f
    add rsp, 8
    pop r11
    pop rcx
    pop rsp
    # Nothing of the kernel's is left in the registers that a call does not keep.
    xor edi, edi
    xor esi, esi
    xor edx, edx
    xor r8d, r8d
    xor r9d, r9d
    xor r10d, r10d
    swapgs
    sysretq

3:  mov eax, STATUS_INVALID_ARGUMENT
    jmp 1b

# A signal waits, or the thread's end: nucleus_leave_call(LeaveFrame*) returns when the thread may go on as it is.
4:  sti
    push rax
    push r15
    push r14
    push r13
    push r12
    push rbp
    push rbx
    push 0
    mov rdi, rsp
    call nucleus_leave_call
    add rsp, 8
    pop rbx
    pop rbp
    pop r12
    pop r13
    pop r14
    pop r15
    pop rax
    jmp 1b

# ulong x64_copy_user(void* to, void* from, ulong bytes): one side belongs to a process. 0, or 1 when a page of it cannot be had: the
# trap handler then goes on at user_copy_failed. The stack is as on entry throughout.
.globl x64_copy_user
.type x64_copy_user, @function
.align 16
x64_copy_user:
    cmp qword ptr gs:[CPU_SMAP], 0
    je user_copy_begin
    stac
user_copy_begin:
    mov rcx, gs:[CPU_THREAD]
    add [rcx + THREAD_COPIED_BYTES], rdx
    mov rcx, rdx
    shr rcx, 3
    rep movsq
    test edx, 7
    jz user_copy_end
    # A word of four bytes is read whole: threads wait on such.
    test edx, 4
    jz 5f
    mov eax, [rsi]
    mov [rdi], eax
    add rsi, 4
    add rdi, 4
5:  and edx, 3
    jz user_copy_end
3:  mov al, [rsi]
    mov [rdi], al
    inc rsi
    inc rdi
    dec edx
    jnz 3b
user_copy_end:
    xor eax, eax
user_copy_leave:
    cmp qword ptr gs:[CPU_SMAP], 0
    je 4f
    clac
4:  ret
user_copy_failed:
    mov eax, 1
    jmp user_copy_leave

.section .rodata.system_call, "a"
.align 8
.globl user_copy_table
user_copy_table:
    .quad user_copy_begin, user_copy_end, user_copy_failed
