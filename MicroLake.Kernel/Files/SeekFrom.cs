namespace MicroLake.Files;

/// <summary>What a seek offset counts from (lseek(2): SEEK_SET, SEEK_CUR, SEEK_END).</summary>
public enum SeekFrom
{
    Start = 0,
    Current = 1,
    End = 2,
}
