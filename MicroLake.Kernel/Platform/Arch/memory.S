# memcpy, memmove, memset and memcmp: in assembly because the compiler turns C# loops into calls of these.
# Long ones by vectors or words: emulators run a repeated string instruction step by step.
.intel_syntax noprefix
.section .text.memory, "ax"

.macro SET_256 at
    vmovdqu [\at], ymm0
    vmovdqu [\at + 32], ymm0
    vmovdqu [\at + 64], ymm0
    vmovdqu [\at + 96], ymm0
    vmovdqu [\at + 128], ymm0
    vmovdqu [\at + 160], ymm0
    vmovdqu [\at + 192], ymm0
    vmovdqu [\at + 224], ymm0
.endm

.macro COPY_32 at
    mov r8, [rsi + \at]
    mov r9, [rsi + \at + 8]
    mov r10, [rsi + \at + 16]
    mov r11, [rsi + \at + 24]
    mov [rdi + \at], r8
    mov [rdi + \at + 8], r9
    mov [rdi + \at + 16], r10
    mov [rdi + \at + 24], r11
.endm

.globl memcpy
.type memcpy, @function
.globl memmove
.type memmove, @function
memcpy:
memmove:
    mov rax, rdi
    mov rcx, rdi
    sub rcx, rsi
    cmp rcx, rdx
    jb backward
    cmp rdx, 2048
    jae long_forward
forward:
    cmp rdx, 16
    jb small_forward
    cmp rdx, 32
    jbe up_to_32
    cmp rdx, 128
    ja large_forward
    # 33..128 bytes: 32-byte blocks forward, then the last 32 bytes; all loads of the tail come first.
    movups xmm4, [rsi + rdx - 32]
    movups xmm5, [rsi + rdx - 16]
    lea r8, [rdi + rdx - 32]
    lea rcx, [rdx - 1]
    shr rcx, 5
1:  movups xmm0, [rsi]
    movups xmm1, [rsi + 16]
    movups [rdi], xmm0
    movups [rdi + 16], xmm1
    add rsi, 32
    add rdi, 32
    dec rcx
    jnz 1b
    movups [r8], xmm4
    movups [r8 + 16], xmm5
    ret
up_to_32:
    movups xmm0, [rsi]
    movups xmm1, [rsi + rdx - 16]
    movups [rdi], xmm0
    movups [rdi + rdx - 16], xmm1
    ret
# More than 128 bytes: as many at a time, each whole before it is stored, then the last ones, which are loaded first.
large_forward:
    vmovdqu ymm4, [rsi + rdx - 128]
    vmovdqu ymm5, [rsi + rdx - 96]
    vmovdqu ymm6, [rsi + rdx - 64]
    vmovdqu ymm7, [rsi + rdx - 32]
    lea r8, [rdi + rdx - 128]
1:  vmovdqu ymm0, [rsi]
    vmovdqu ymm1, [rsi + 32]
    vmovdqu ymm2, [rsi + 64]
    vmovdqu ymm3, [rsi + 96]
    vmovdqu [rdi], ymm0
    vmovdqu [rdi + 32], ymm1
    vmovdqu [rdi + 64], ymm2
    vmovdqu [rdi + 96], ymm3
    add rsi, 128
    add rdi, 128
    cmp rdi, r8
    jb 1b
    vmovdqu [r8], ymm4
    vmovdqu [r8 + 32], ymm5
    vmovdqu [r8 + 64], ymm6
    vmovdqu [r8 + 96], ymm7
    vzeroupper
    ret
# 2 KiB and more: by words, four whole before they are stored, because QEMU takes 30 % less for these than for vectors. Then the last 63 bytes at most.
long_forward:
    mov rcx, rdx
    shr rcx, 6
1:  COPY_32 0
    COPY_32 32
    add rsi, 64
    add rdi, 64
    dec rcx
    jnz 1b
    and edx, 63
    jnz forward
    ret
small_forward:
    cmp edx, 8
    jae eight
    cmp edx, 4
    jae four
    test edx, edx
    jz 2f
    movzx ecx, byte ptr [rsi]
    movzx r8d, byte ptr [rsi + rdx - 1]
    shr edx, 1
    movzx r9d, byte ptr [rsi + rdx]
    mov [rdi + rdx], r9b
    mov [rdi], cl
    # edx was halved; the last byte's place is 2*half or 2*half+1 and is recovered from the odd bit.
    adc edx, edx
    mov [rdi + rdx - 1], r8b
2:  ret
eight:
    mov rcx, [rsi]
    mov r8, [rsi + rdx - 8]
    mov [rdi], rcx
    mov [rdi + rdx - 8], r8
    ret
four:
    mov ecx, [rsi]
    mov r8d, [rsi + rdx - 4]
    mov [rdi], ecx
    mov [rdi + rdx - 4], r8d
    ret
# The destination starts inside the source: from the end, eight bytes at a time.
backward:
    cmp rdx, 16
    jb small_forward
    mov r8, [rsi]
    mov rcx, rdx
3:  mov r9, [rsi + rcx - 8]
    mov [rdi + rcx - 8], r9
    sub rcx, 8
    cmp rcx, 8
    jae 3b
    mov [rdi], r8
    ret

.globl memset
.type memset, @function
memset:
    cmp rdx, 256
    jae large_set
    mov r8, rdi
    movzx eax, sil
    mov rcx, 0x0101010101010101
    imul rax, rcx
    cmp rdx, 8
    jb 2f
    mov [rdi], rax
    mov [rdi + rdx - 8], rax
    mov rcx, rdx
    shr rcx, 3
    rep stosq
    mov rax, r8
    ret
2:  test rdx, rdx
    jz 4f
3:  mov [rdi + rdx - 1], al
    dec rdx
    jnz 3b
4:  mov rax, r8
    ret
# 256 bytes and more: 32 at a time, then the last 256 once more as a whole.
large_set:
    mov rax, rdi
    vmovd xmm0, esi
    vpbroadcastb ymm0, xmm0
    lea rcx, [rdi + rdx - 256]
1:  SET_256 rdi
    add rdi, 256
    cmp rdi, rcx
    jb 1b
    SET_256 rcx
    vzeroupper
    ret

.globl memcmp
.type memcmp, @function
memcmp:
    xor ecx, ecx
1:  cmp rcx, rdx
    jae 2f
    movzx eax, byte ptr [rdi + rcx]
    movzx r8d, byte ptr [rsi + rcx]
    inc rcx
    sub eax, r8d
    jz 1b
    ret
2:  xor eax, eax
    ret
