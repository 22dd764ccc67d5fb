# Single instructions that C# cannot express, one symbol each (imported in Processor.cs).
.intel_syntax noprefix
.set CPU_XSAVE_MASK, 16
.set XSAVE_AVX, 4

.section .text.processor, "ax"

.macro LEAF name
.globl \name
.type \name, @function
\name:
.endm

LEAF x64_out8
    mov edx, edi
    mov eax, esi
    out dx, al
    ret
LEAF x64_out16
    mov edx, edi
    mov eax, esi
    out dx, ax
    ret
LEAF x64_out32
    mov edx, edi
    mov eax, esi
    out dx, eax
    ret
LEAF x64_in8
    mov edx, edi
    xor eax, eax
    in al, dx
    ret
LEAF x64_in16
    mov edx, edi
    xor eax, eax
    in ax, dx
    ret
LEAF x64_in32
    mov edx, edi
    in eax, dx
    ret
LEAF x64_rdmsr
    mov ecx, edi
    rdmsr
    shl rdx, 32
    or rax, rdx
    ret
LEAF x64_wrmsr
    mov ecx, edi
    mov eax, esi
    mov rdx, rsi
    shr rdx, 32
    wrmsr
    ret
LEAF x64_rdtsc
    rdtsc
    shl rdx, 32
    or rax, rdx
    ret
# x64_cpuid(leaf, subleaf, uint* eax_ebx_ecx_edx)
LEAF x64_cpuid
    push rbx
    mov r8, rdx
    mov eax, edi
    mov ecx, esi
    cpuid
    mov [r8], eax
    mov [r8 + 4], ebx
    mov [r8 + 8], ecx
    mov [r8 + 12], edx
    pop rbx
    ret
LEAF x64_read_cr2
    mov rax, cr2
    ret
LEAF x64_read_cr3
    mov rax, cr3
    ret
LEAF x64_write_cr3
    mov cr3, rdi
    ret
LEAF x64_read_cr4
    mov rax, cr4
    ret
LEAF x64_write_cr4
    mov cr4, rdi
    ret
LEAF x64_write_xcr0
    xor ecx, ecx
    mov eax, edi
    mov rdx, rdi
    shr rdx, 32
    xsetbv
    ret
LEAF x64_invlpg
    invlpg [rdi]
    ret
LEAF x64_pause
    pause
    ret
LEAF x64_halt_forever
    cli
1:  hlt
    jmp 1b
# Waits for an interrupt; STI's shadow keeps one from slipping in between.
LEAF x64_enable_interrupts_and_halt
    sti
    hlt
    ret
LEAF x64_enable_interrupts
    sti
    ret
# Returns 1 if interrupts were on, and turns them off.
LEAF x64_disable_interrupts
    pushfq
    pop rax
    shr eax, 9
    and eax, 1
    cli
    ret
LEAF x64_load_gdt
    lgdt [rdi]
    push 0x08
    lea rax, [rip + 1f]
    push rax
    retfq
1:  mov eax, 0x10
    mov ds, eax
    mov es, eax
    mov ss, eax
    ret
LEAF x64_load_idt
    lidt [rdi]
    ret
LEAF x64_load_task_register
    ltr di
    ret
LEAF x64_current_cpu
    mov rax, gs:[0]
    ret
LEAF x64_current_thread
    mov rax, gs:[8]
    ret
LEAF x64_frame_pointer
    mov rax, rbp
    ret
# Returns 1 if the lock word went from 0 to 1.
LEAF x64_try_lock
    mov eax, 1
    xchg eax, [rdi]
    xor eax, 1
    ret
# x64_zero_pages(void* start, ulong pages): whole pages of 4 KiB; by 32 bytes where the processor's AVX state is turned on. The extended
# registers are free: traps have saved them, and calls do not keep them.
LEAF x64_zero_pages
    test byte ptr gs:[CPU_XSAVE_MASK], XSAVE_AVX
    jz 2f
    shl rsi, 4
    vpxor xmm0, xmm0, xmm0
1:  vmovdqa [rdi], ymm0
    vmovdqa [rdi + 32], ymm0
    vmovdqa [rdi + 64], ymm0
    vmovdqa [rdi + 96], ymm0
    vmovdqa [rdi + 128], ymm0
    vmovdqa [rdi + 160], ymm0
    vmovdqa [rdi + 192], ymm0
    vmovdqa [rdi + 224], ymm0
    add rdi, 256
    dec rsi
    jnz 1b
    vzeroupper
    ret
2:  xor eax, eax
    mov rcx, rsi
    shl rcx, 9
    rep stosq
    ret
# x64_rdrand(ulong* value): 1 if a random number was had within ten tries.
LEAF x64_rdrand
    mov ecx, 10
1:  rdrand rax
    jc 2f
    dec ecx
    jnz 1b
    xor eax, eax
    ret
2:  mov [rdi], rax
    mov eax, 1
    ret
