# memcpy, memmove, memset and memcmp: in assembly because the compiler turns C# loops into calls of these.
# rep movsq/stosq throughout: emulators run rep movsb byte by byte.
.intel_syntax noprefix
.section .text.memory, "ax"

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
large_forward:
    mov r8, [rsi + rdx - 8]
    lea r9, [rdi + rdx - 8]
    mov rcx, rdx
    shr rcx, 3
    rep movsq
    mov [r9], r8
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
