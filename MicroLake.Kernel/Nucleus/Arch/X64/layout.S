# The linker script's symbols as one table for ImageLayout.cs.
.intel_syntax noprefix
.section .rodata.layout, "a"
.align 8
layout_table:
    .quad __image_physical_start, __image_physical_end
    .quad __boot_start, __boot_end
    .quad __text_start, __text_end
    .quad __rodata_start, __rodata_end
    .quad __data_start, __data_end
    .quad boot_stack_guard, boot_stack_bottom, boot_stack_top
    .quad __symbols_start, __symbols_end

.section .text.layout, "ax"
.globl image_layout
.type image_layout, @function
image_layout:
    lea rax, [rip + layout_table]
    ret
