using System.Globalization;
using System.Runtime.InteropServices;
using MicroLake.PageUse;
using Microsoft.Win32.SafeHandles;

// Uses the pages of a file: "pages LIST FILE" those of a list of 32-bit numbers, one after the other; "train FILE EPOCHS" those that a network's training needs.
using SafeFileHandle file = File.OpenHandle(args[0] == "pages" ? args[2] : args[1]);
if (args[0] == "pages")
{
    byte[] page = new byte[TrainingRun.PageBytes];
    foreach (int number in MemoryMarshal.Cast<byte, int>(File.ReadAllBytes(args[1])))
        Read(number, page);
    return 0;
}

int pages = (int)(RandomAccess.GetLength(file) / TrainingRun.PageBytes);
double loss = TrainingRun.Train(pages, int.Parse(args[2], CultureInfo.InvariantCulture), Read);
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"loss {loss:0.00000}"));
return 0;

void Read(int number, Span<byte> into)
{
    if (RandomAccess.Read(file, into, (long)number * TrainingRun.PageBytes) != TrainingRun.PageBytes)
        throw new InvalidDataException($"page {number} is not there");
}
