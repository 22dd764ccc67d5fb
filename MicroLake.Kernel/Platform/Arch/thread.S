# Thread pointer, start of a thread's C side, image symbols and variadic entries.
.intel_syntax noprefix
.section .text.platform, "ax"

.macro LEAF name
.globl \name
.type \name, @function
\name:
.endm

LEAF platform_thread_pointer
    mov rax, fs:[0]
    ret

# errno of the calling thread: ThreadControlBlock.Errno.
LEAF __errno_location
    mov rax, fs:[0]
    lea rax, [rax + 48]
    ret

LEAF platform_thread_entry_address
    lea rax, [rip + platform_thread_entry]
    ret

# platform_image(ImageSymbols*): what the linker script defines.
LEAF platform_image
    lea rax, [rip + image_symbols]
    ret

# platform_call(function, argument): calls a C function pointer with one argument.
LEAF platform_call
    mov rax, rdi
    mov rdi, rsi
    jmp rax

# int fprintf(FILE*, const char* format, ...): builds the va_list (System V ABI, figure 3.34) for platform_vfprintf.
LEAF fprintf
    mov r10d, 16
    jmp 1f
LEAF printf
    mov r10d, 8
1:  lea r11, [rsp + 8]
    push rbp
    mov rbp, rsp
    sub rsp, 208
    mov [rsp + 32], rdi
    mov [rsp + 40], rsi
    mov [rsp + 48], rdx
    mov [rsp + 56], rcx
    mov [rsp + 64], r8
    mov [rsp + 72], r9
    movaps [rsp + 80], xmm0
    movaps [rsp + 96], xmm1
    movaps [rsp + 112], xmm2
    movaps [rsp + 128], xmm3
    movaps [rsp + 144], xmm4
    movaps [rsp + 160], xmm5
    movaps [rsp + 176], xmm6
    movaps [rsp + 192], xmm7
    mov dword ptr [rsp], r10d
    mov dword ptr [rsp + 4], 48
    mov [rsp + 8], r11
    lea rax, [rsp + 32]
    mov [rsp + 16], rax
    cmp r10d, 8
    cmovne rdi, rsi
    mov rsi, rsp
    call platform_print_formatted
    leave
    ret

# In a program of a process the addresses are relocated at load: the table has to be writable until then.
.section .data.rel.ro.platform, "aw"
.align 8
image_symbols:
    .quad __text_start, __text_end, __rodata_start, __rodata_end
    .quad __tls_image_start, __tls_image_end, __tls_size, __tls_alignment
    .quad __init_array_start, __init_array_end
    .quad __eh_frame_hdr_start, __eh_frame_hdr_end

.section .data.platform, "aw"
.align 8
.globl stderr
stderr: .quad 2
.globl stdout
stdout: .quad 1
