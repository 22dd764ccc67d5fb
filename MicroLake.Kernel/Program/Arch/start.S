# First instruction of a process: the kernel starts the main thread here with its stack as after a call.
.intel_syntax noprefix
.section .text.start, "ax"
.globl _start
.type _start, @function
_start:
    mov [rip + start_information], rdi
    xor ebp, ebp
    sub rsp, 8
    call platform_main
    ud2

.globl program_start_information
.type program_start_information, @function
program_start_information:
    mov rax, [rip + start_information]
    ret

.globl program_signal_address
.type program_signal_address, @function
program_signal_address:
    lea rax, [rip + program_signal]
    ret

# program_invoke(a, b, c, function)
.globl program_invoke
.type program_invoke, @function
program_invoke:
    jmp rcx

.globl program_addresses
.type program_addresses, @function
program_addresses:
    lea rax, [rip + program_table]
    ret

.section .bss.program, "aw", @nobits
.align 8
start_information: .skip 8

.section .data.program, "aw"
.align 8
program_table:
    .quad __program_start, __symbols_start, __symbols_end
