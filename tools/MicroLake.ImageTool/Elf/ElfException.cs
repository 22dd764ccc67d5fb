namespace MicroLake.ImageTool.Elf;

/// <summary>The file is not an ELF file that this tool reads; the message says what is wrong with it.</summary>
public sealed class ElfException(string message) : Exception(message);
