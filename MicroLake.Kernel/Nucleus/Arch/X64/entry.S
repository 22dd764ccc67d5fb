# Boot entries of the kernel image: PVH (QEMU -kernel) and multiboot2 (GRUB).
# Both arrive in 32-bit protected mode without paging; both leave in 64-bit mode, in the higher half,
# in nucleus_start(protocol, physical address of the boot information).
.intel_syntax noprefix

.set KERNEL_BASE, 0xffffffff80000000
.set PROTOCOL_PVH, 1
.set PROTOCOL_MULTIBOOT2, 2
.set MULTIBOOT2_BOOTLOADER_MAGIC, 0x36d76289
.set PAGE_PRESENT_WRITE, 0x3
.set PAGE_LARGE, 0x83

# Xen ELF note 18 (XEN_ELFNOTE_PHYS32_ENTRY): the 32-bit entry that QEMU's -kernel jumps to.
.section .note.Xen, "a", @note
.align 4
.long 4, 8, 18
.asciz "Xen"
.quad pvh_entry

# Multiboot2 specification, section 3.1: header, entry address tag, end tag.
.section .boot.multiboot2, "a"
.align 8
multiboot2_header:
.long 0xe85250d6, 0, multiboot2_header_end - multiboot2_header
.long -(0xe85250d6 + 0 + (multiboot2_header_end - multiboot2_header))
.align 8
.short 3, 0
.long 12, multiboot2_entry
.align 8
.short 6, 0
.long 8
.align 8
.short 0, 0
.long 8
multiboot2_header_end:

.section .boot.text, "ax"
.code32
.globl pvh_entry
pvh_entry:
    mov edi, PROTOCOL_PVH
    mov esi, ebx
    jmp enter_long_mode

.globl multiboot2_entry
multiboot2_entry:
    xor edi, edi
    cmp eax, MULTIBOOT2_BOOTLOADER_MAGIC
    jne enter_long_mode
    mov edi, PROTOCOL_MULTIBOOT2
    mov esi, ebx

enter_long_mode:
    cli
    cld
    mov esp, offset boot_transition_stack_top

    # Four page directories of 2 MiB pages: the first 4 GiB, seen at 0 (until the nucleus builds its own
    # tables), at the direct map, and (first GiB) at the image's base.
    mov ecx, 0
    mov eax, PAGE_LARGE
1:  mov [boot_page_directories + ecx * 8], eax
    mov dword ptr [boot_page_directories + ecx * 8 + 4], 0
    add eax, 0x200000
    inc ecx
    cmp ecx, 2048
    jne 1b

    mov eax, offset boot_page_directories + PAGE_PRESENT_WRITE
    mov ecx, 0
2:  mov [boot_pdpt_low + ecx * 8], eax
    add eax, 0x1000
    inc ecx
    cmp ecx, 4
    jne 2b

    mov eax, offset boot_page_directories + PAGE_PRESENT_WRITE
    mov [boot_pdpt_high + 510 * 8], eax
    mov eax, offset boot_pdpt_low + PAGE_PRESENT_WRITE
    mov [boot_pml4], eax
    mov [boot_pml4 + 256 * 8], eax
    mov eax, offset boot_pdpt_high + PAGE_PRESENT_WRITE
    mov [boot_pml4 + 511 * 8], eax

    # CR4: PAE, OSFXSR, OSXMMEXCPT; EFER: LME, NXE; CR0: PE, MP, NE, WP, PG and no emulation.
    mov eax, cr4
    or eax, (1 << 5) | (1 << 9) | (1 << 10)
    mov cr4, eax
    mov eax, offset boot_pml4
    mov cr3, eax
    mov ecx, 0xc0000080
    rdmsr
    or eax, (1 << 8) | (1 << 11)
    wrmsr
    mov eax, cr0
    and eax, 0xfffffff3
    or eax, 0x80010023
    mov cr0, eax

    lgdt [boot_gdt_pointer]
    mov eax, 0x08
    push eax
    mov eax, offset long_mode
    push eax
    retf

.code64
long_mode:
    mov eax, 0x10
    mov ds, eax
    mov es, eax
    mov ss, eax
    xor eax, eax
    mov fs, eax
    mov gs, eax
    # The image is compiled for x86-64-v3: without AVX2 not even the first line of C# would run.
    mov r8d, edi
    mov r9d, esi
    mov eax, 1
    xor ecx, ecx
    cpuid
    and ecx, (1 << 26) | (1 << 28)
    cmp ecx, (1 << 26) | (1 << 28)
    jne no_avx2
    mov eax, 7
    xor ecx, ecx
    cpuid
    test ebx, 1 << 5
    jz no_avx2
    mov rax, cr4
    or rax, 1 << 18
    mov cr4, rax
    xor ecx, ecx
    xor edx, edx
    mov eax, 7
    xsetbv
    mov edi, r8d
    mov esi, r9d
    movabs rax, offset higher_half
    jmp rax

no_avx2:
    mov rsi, offset no_avx2_text
1:  lodsb
    test al, al
    jz 2f
    mov dx, 0x3f8
    out dx, al
    jmp 1b
2:  mov dx, 0xf4
    mov al, 0x2a
    out dx, al
3:  hlt
    jmp 3b

.section .boot.data, "aw"
.align 8
boot_gdt:
    .quad 0
    .quad 0x00af9a000000ffff
    .quad 0x00cf92000000ffff
boot_gdt_end:
boot_gdt_pointer:
    .short boot_gdt_end - boot_gdt - 1
    .long boot_gdt

no_avx2_text:
    .ascii "\033_ML;panic\033\\\r\nPANIC: this processor has no AVX2 (x86-64-v3), which MicroLake is compiled for; "
    .asciz "use QEMU's -cpu max, or a processor from 2013 on\r\n"

.section .boot.bss, "aw", @nobits
.align 4096
.globl boot_pml4
boot_pml4: .skip 4096
boot_pdpt_low: .skip 4096
boot_pdpt_high: .skip 4096
boot_page_directories: .skip 4 * 4096
.skip 256
boot_transition_stack_top:

.section .text.boot, "ax"
.globl higher_half
higher_half:
    lea rsp, [rip + boot_stack_top]
    xor ebp, ebp
    call nucleus_start
    ud2

# The stack of the boot context, which becomes the idle thread. The page below it is left unmapped.
.section .boot_stack, "aw", @nobits
.align 4096
.globl boot_stack_guard
boot_stack_guard: .skip 4096
.globl boot_stack_bottom
boot_stack_bottom: .skip 32768
.globl boot_stack_top
boot_stack_top:
