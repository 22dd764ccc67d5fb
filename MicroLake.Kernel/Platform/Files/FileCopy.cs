using System;
using MicroLake.Files;

namespace MicroLake.Platform.Files;

/// <summary>Copies the data, mode and times of one open file to another, as File.Copy expects.</summary>
internal static class FileCopy
{
    private const int BlockSize = 64 * 1024;

    public static Errno Run(FileContext files, int source, int destination)
    {
        Errno error = files.Status(source, out NodeStatus status);
        byte[] block = new byte[BlockSize];
        while (error == Errno.None)
        {
            error = files.Read(source, block, out int count);
            if (error != Errno.None || count == 0)
                break;
            for (int done = 0; done < count && error == Errno.None;)
            {
                error = files.Write(destination, block.AsSpan(done, count - done), out int written);
                done += written;
            }
        }
        if (error == Errno.None)
            error = files.SetMode(destination, status.Mode);
        return error == Errno.None ? files.SetTimes(destination, status.Times.Access, status.Times.Modification) : error;
    }
}
