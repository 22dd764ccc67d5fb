# Where a further processor begins: real mode at the page that the startup interrupt names. The code between the two marks is copied
# there, so its own addresses are written as STARTUP_PAGE plus an offset.
.att_syntax

.set STARTUP_PAGE, 0x8000
.set CODE32, 0x08
.set DATA, 0x10
.set CODE64, 0x18

.section .rodata.startup, "a"
.align 16
startup_begin:
.code16
    cli
    cld
    xorw %ax, %ax
    movw %ax, %ds
    lgdtl STARTUP_PAGE + (startup_gdt_pointer - startup_begin)
    movl %cr0, %eax
    orl $1, %eax
    movl %eax, %cr0
    ljmpl $CODE32, $(STARTUP_PAGE + (startup_protected - startup_begin))

.code32
startup_protected:
    movw $DATA, %ax
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %ss
    # CR4: PAE, OSFXSR, OSXMMEXCPT; EFER: LME, NXE; CR0: PE, MP, NE, WP, PG, caches on, no emulation.
    movl %cr4, %eax
    orl $((1 << 5) | (1 << 9) | (1 << 10)), %eax
    movl %eax, %cr4
    movl $boot_pml4, %eax
    movl %eax, %cr3
    movl $0xc0000080, %ecx
    rdmsr
    orl $((1 << 8) | (1 << 11)), %eax
    wrmsr
    movl %cr0, %eax
    andl $0x9ffffff3, %eax
    orl $0x80010023, %eax
    movl %eax, %cr0
    ljmpl $CODE64, $(STARTUP_PAGE + (startup_long - startup_begin))

.code64
startup_long:
    movw $DATA, %ax
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %ss
    xorl %eax, %eax
    movw %ax, %fs
    movw %ax, %gs
    # The compiled code uses AVX from its first line.
    movq %cr4, %rax
    orq $(1 << 18), %rax
    movq %rax, %cr4
    xorl %ecx, %ecx
    xorl %edx, %edx
    movl $7, %eax
    xsetbv
    movabsq $x64_processor_entry, %rax
    jmpq *%rax

.align 8
startup_gdt:
    .quad 0
    .quad 0x00cf9a000000ffff
    .quad 0x00cf92000000ffff
    .quad 0x00af9a000000ffff
startup_gdt_pointer:
    .short startup_gdt_pointer - startup_gdt - 1
    .long STARTUP_PAGE + (startup_gdt - startup_begin)
startup_end:

.section .text.startup, "ax"
# Leaves the boot page tables for the kernel's, takes the stack that is laid out for this processor, and goes to C#.
x64_processor_entry:
    leaq startup_parameters(%rip), %rdx
    movq 8(%rdx), %rsp
    movq 16(%rdx), %rdi
    movq (%rdx), %rax
    movq %rax, %cr3
    xorl %ebp, %ebp
    call nucleus_processor_start
    ud2

.globl x64_startup_code
.type x64_startup_code, @function
x64_startup_code:
    leaq startup_begin(%rip), %rax
    ret

.globl x64_startup_code_bytes
.type x64_startup_code_bytes, @function
x64_startup_code_bytes:
    movl $(startup_end - startup_begin), %eax
    ret

# Page table root, stack pointer and PerCpu of the processor that is being started.
.globl x64_startup_parameters
.type x64_startup_parameters, @function
x64_startup_parameters:
    leaq startup_parameters(%rip), %rax
    ret

.section .bss.startup, "aw", @nobits
.align 8
startup_parameters: .skip 24
