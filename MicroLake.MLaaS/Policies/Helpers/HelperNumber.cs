namespace MicroLake.Policies.Helpers;

/// <summary>Numbers of the standard helpers: Linux's where Linux has the same one. <c>microlake.h</c> names them for C.</summary>
public static class HelperNumber
{
    public const int MapLookup = 1;
    public const int MapUpdate = 2;
    public const int MapDelete = 3;
    public const int Time = 5;
    public const int Trace = 6;
    public const int Random = 7;
    public const int Processor = 8;
    public const int RingOutput = 130;
    public const int Feature = 1001;
    public const int Infer = 1002;
}
