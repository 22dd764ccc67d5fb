namespace MicroLake.ConsoleTests.Harness;

/// <summary>What a terminal sends for keys that are not characters.</summary>
public static class Keys
{
    public const string Enter = "\r";
    public const string Tab = "\t";
    public const string Backspace = "\x7F";
    public const string Up = "\e[A";
    public const string Down = "\e[B";
    public const string Right = "\e[C";
    public const string Left = "\e[D";
    public const string Home = "\e[H";
    public const string End = "\e[F";
    public const string CtrlA = "\x01";
    public const string CtrlC = "\x03";
    public const string CtrlE = "\x05";
    public const string CtrlU = "\x15";
}
