using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MicroLake.Nn.Kernels;

/// <summary>Turns a small matrix.</summary>
internal static unsafe class Transposition
{
    /// <summary>Writes [rows, columns] as [columns, rows].</summary>
    public static void Run(float* source, int rows, int columns, float* target)
    {
        int row = 0;
        if (Sse.IsSupported)
            for (; row <= rows - 4; row += 4)
                FourRows(source + (long)row * columns, columns, target + row, rows);
        for (; row < rows; row++)
            for (int column = 0; column < columns; column++)
                target[(long)column * rows + row] = source[(long)row * columns + column];
    }

    private static void FourRows(float* source, int columns, float* target, int rows)
    {
        float* second = source + columns, third = second + columns, fourth = third + columns;
        int column = 0;
        for (; column <= columns - 4; column += 4, target += 4L * rows)
        {
            Vector128<float> a = Vector128.Load(source + column), b = Vector128.Load(second + column), c = Vector128.Load(third + column), d = Vector128.Load(fourth + column);
            Vector128<float> abLow = Sse.UnpackLow(a, b), abHigh = Sse.UnpackHigh(a, b), cdLow = Sse.UnpackLow(c, d), cdHigh = Sse.UnpackHigh(c, d);
            Sse.MoveLowToHigh(abLow, cdLow).Store(target);
            Sse.MoveHighToLow(cdLow, abLow).Store(target + rows);
            Sse.MoveLowToHigh(abHigh, cdHigh).Store(target + 2 * rows);
            Sse.MoveHighToLow(cdHigh, abHigh).Store(target + 3 * rows);
        }

        for (; column < columns; column++, target += rows)
        {
            target[0] = source[column];
            target[1] = second[column];
            target[2] = third[column];
            target[3] = fourth[column];
        }
    }
}
