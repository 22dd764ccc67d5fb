using System.Globalization;
using MicroLake.CosmosSupport;

namespace Cosmos.Kernel.Core.IO;

/// <summary>Debug output. It goes to the kernel log line by line: the serial port itself is the console's.</summary>
public static class Serial
{
    public static void WriteString(string str) => LineLog.Append(str);

    public static void Write(string str) => LineLog.Append(str);

    public static void WriteNumber(int number) => LineLog.Append(number.ToString(CultureInfo.InvariantCulture));

    public static void WriteNumber(uint number) => LineLog.Append(number.ToString(CultureInfo.InvariantCulture));

    public static void WriteNumber(long number) => LineLog.Append(number.ToString(CultureInfo.InvariantCulture));

    public static void WriteNumber(ulong number) => LineLog.Append(number.ToString(CultureInfo.InvariantCulture));

    public static void WriteHex(ulong number) => LineLog.Append(number.ToString("X", CultureInfo.InvariantCulture));
}
