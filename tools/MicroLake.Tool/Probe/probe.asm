; A kernel of a few hundred bytes that shows whether an accelerator runs ring 0 code with vector instructions.
; It enters long mode, computes with SSE (and AVX where CPUID has it), and leaves through isa-debug-exit:
; 0x10 when the sums are right, 0x20 when not. A fault finds no handler, resets, and so ends QEMU with status 0.
; Loaded by QEMU's multiboot loader as a flat binary (Multiboot 0.6.96, address fields in use).

%define LOAD      0x100000
%define TABLES    0x200000              ; page tables, above the image and below 32 MiB of memory
%define EXIT_PORT 0xF4

        bits 32
        org LOAD
start:
        align 4
header:
        dd 0x1BADB002                   ; magic
        dd 1 << 16                      ; flags: the address fields below are valid
        dd -(0x1BADB002 + (1 << 16))    ; checksum
        dd header, start, 0, 0, entry   ; header_addr, load_addr, load_end_addr, bss_end_addr, entry_addr

entry:
        cld
        ; One gigabyte of 2 MiB pages, mapped to itself.
        mov edi, TABLES
        xor eax, eax
        mov ecx, 0x3000 / 4
        rep stosd
        mov dword [TABLES], TABLES + 0x1003
        mov dword [TABLES + 0x1000], TABLES + 0x2003
        mov edi, TABLES + 0x2000
        mov eax, 0x83
.page:  mov [edi], eax
        add eax, 0x200000
        add edi, 8
        cmp edi, TABLES + 0x3000
        jb .page

        mov eax, TABLES
        mov cr3, eax
        mov eax, cr4
        or eax, (1 << 5) | (1 << 9) | (1 << 10)     ; PAE, OSFXSR, OSXMMEXCPT
        mov cr4, eax
        mov ecx, 0xC0000080             ; EFER
        rdmsr
        or eax, 1 << 8                  ; LME
        wrmsr
        mov eax, cr0
        and eax, ~4                  ; EM off
        or eax, (1 << 31) | (1 << 1)    ; PG, MP
        mov cr0, eax
        lgdt [gdt.pointer]
        jmp 8:long_mode

        bits 64
long_mode:
        mov ax, 16
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov rsp, TABLES

        ; (1 2 3 4) * (1 2 3 4) summed is 30.
        movaps xmm0, [rel vector]
        mulps xmm0, xmm0
        movaps [rel product], xmm0
        xorps xmm1, xmm1
        addss xmm1, [rel product]
        addss xmm1, [rel product + 4]
        addss xmm1, [rel product + 8]
        addss xmm1, [rel product + 12]
        cvttss2si eax, xmm1
        cmp eax, 30
        jne wrong

        mov eax, 1
        cpuid
        and ecx, (1 << 26) | (1 << 28)  ; XSAVE and AVX
        cmp ecx, (1 << 26) | (1 << 28)
        jne right
        mov rax, cr4
        or rax, 1 << 18                 ; OSXSAVE
        mov cr4, rax
        xor ecx, ecx
        xor edx, edx
        mov eax, 7                      ; x87, SSE, AVX
        xsetbv
        vbroadcastss ymm2, [rel vector + 12]
        vmulps ymm2, ymm2, ymm2
        vextractf128 xmm3, ymm2, 1
        vcvttss2si eax, xmm3
        cmp eax, 16
        jne wrong

right:  mov al, 0x10
        jmp leave
wrong:  mov al, 0x20
leave:  mov dx, EXIT_PORT
        out dx, al
        hlt
        jmp leave

        align 16
vector: dd 1.0, 2.0, 3.0, 4.0
product: dd 0, 0, 0, 0

        align 8
gdt:    dq 0
        dq 0x00AF9A000000FFFF           ; code, 64-bit
        dq 0x00CF92000000FFFF           ; data
.pointer:
        dw $ - gdt - 1
        dd gdt
