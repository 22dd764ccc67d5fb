# Addresses of code and tables in assembly, for C#.
.intel_syntax noprefix

.section .text.addresses, "ax"

# void* \name(): where \target is.
.macro ADDRESS name, target
.globl \name
.type \name, @function
\name:
    lea rax, [rip + \target]
    ret
.endm

ADDRESS x64_trap_stubs_address, trap_stubs
ADDRESS x64_thread_start_address, x64_thread_start
ADDRESS x64_thread_end_address, x64_thread_end
ADDRESS x64_signal_return_address, x64_signal_return
ADDRESS x64_platform_main_address, platform_main
ADDRESS x64_system_call_address, x64_system_call
ADDRESS x64_user_copy_range, user_copy_table
