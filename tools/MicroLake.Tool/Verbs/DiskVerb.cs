using System.CommandLine;
using System.Globalization;
using MicroLake.Files;
using MicroLake.Storage;
using MicroLake.Storage.Swap;
using MicroLake.Tool.Host;
using MicroLake.Tool.Workspace;

namespace MicroLake.Tool.Verbs;

/// <summary><c>disk</c>: makes disks for <c>/data</c> and looks into them, by the code that the kernel mounts them with.</summary>
internal static class DiskVerb
{
    private const string DefaultSize = "64M";

    public static Command Create()
    {
        Argument<string> image = new("FILE") { Description = "A raw disk image" };
        Argument<string> path = new("PATH") { Description = "A path on the disk; a leading /data is left out" };
        return new Command("disk", "Make a disk for /data or for swap, and list, read, write and check what is on one for /data")
        {
            CreateCommand(image), ListCommand(image), GetCommand(image, path), PutCommand(image, path), RemoveCommand(image, path), CheckCommand(image),
        };
    }

    /// <summary>A number of bytes: <c>64M</c>, <c>1G</c>, <c>4096K</c>, or without a unit.</summary>
    internal static bool TryParseSize(string text, out long bytes)
    {
        int shift = text.Length == 0 ? 0 : char.ToUpperInvariant(text[^1]) switch { 'K' => 10, 'M' => 20, 'G' => 30, 'T' => 40, _ => 0 };
        string number = shift == 0 ? text : text[..^1];
        return long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out bytes) && bytes <= long.MaxValue >> shift && (bytes <<= shift) > 0;
    }

    private static Command CreateCommand(Argument<string> image)
    {
        Option<string> size = new("--size") { Description = "Its size: a number with K, M, G or T", HelpName = "SIZE", DefaultValueFactory = _ => DefaultSize };
        size.Validators.Add(result =>
        {
            if (result.Tokens is [var token, ..] && !TryParseSize(token.Value, out _))
                result.AddError($"--size {token.Value}: a number of bytes is needed, such as 64M or 1G");
        });
        Option<bool> swap = new("--swap") { Description = "For swap, not for files" };
        Command command = new("create", "Make a formatted disk image") { image, size, swap };
        command.SetAction(options =>
        {
            string path = options.GetRequiredValue(image);
            _ = TryParseSize(options.GetRequiredValue(size), out long bytes);
            if (options.GetValue(swap))
            {
                if (bytes < SwapFormat.MinPages * SwapFormat.PageBytes || bytes > SwapFormat.MaxPages * SwapFormat.PageBytes)
                    throw new ToolException($"--size {options.GetValue(size)}: from 1M to 64G is possible with --swap");
                using DiskFile swapDisk = DiskFile.Create(path, bytes);
                return Do(() => SwapFormat.Create(swapDisk));
            }

            // What cannot be formatted must not leave a file behind.
            if (bytes < DiskLayout.MinBlocks * DiskLayout.BlockBytes || bytes > DiskLayout.MaxBlocks * DiskLayout.BlockBytes)
                throw new ToolException($"--size {options.GetValue(size)}: from 1M to 16T is possible");
            using DiskFile disk = DiskFile.Create(path, bytes);
            return Do(() => DiskFormat.Create(disk));
        });
        return command;
    }

    private static Command ListCommand(Argument<string> image)
    {
        Argument<string> path = new("PATH") { Description = "A folder or file on the disk", DefaultValueFactory = _ => "/" };
        Command command = new("ls", "List a folder of a disk: kind, size, time of change, name") { image, path };
        command.SetAction(options => Do(() =>
        {
            using DiskFile disk = DiskFile.Open(options.GetRequiredValue(image), write: false);
            FileContext files = DiskFiles.Mount(disk, out _);
            string folder = DiskFiles.PathOf(options.GetRequiredValue(path));
            DiskFiles.Check(files.Status(folder, true, out NodeStatus status), folder);
            if (status.Kind != NodeKind.Directory)
            {
                WriteLine(files, folder, Path.GetFileName(folder));
                return;
            }

            DiskFiles.Check(files.List(folder, out IReadOnlyList<DirectoryEntry> entries), folder);
            foreach (DirectoryEntry entry in entries)
                WriteLine(files, folder.TrimEnd('/') + "/" + entry.Name, entry.Name);
        }));
        return command;
    }

    private static Command GetCommand(Argument<string> image, Argument<string> path)
    {
        Argument<string?> output = new("OUT") { Description = "Where to; standard output without it", Arity = ArgumentArity.ZeroOrOne };
        Command command = new("get", "Copy a file from a disk") { image, path, output };
        command.SetAction(options => Do(() =>
        {
            using DiskFile disk = DiskFile.Open(options.GetRequiredValue(image), write: false);
            FileContext files = DiskFiles.Mount(disk, out _);
            if (options.GetValue(output) is not { } target)
            {
                using Stream standard = Console.OpenStandardOutput();
                DiskFiles.Get(files, options.GetRequiredValue(path), standard);
                return;
            }

            // A file that turns out to be damaged must not stand there as if it were whole.
            string partial = target + ".part";
            try
            {
                using (FileStream stream = File.Create(partial))
                    DiskFiles.Get(files, options.GetRequiredValue(path), stream);
                File.Move(partial, target, overwrite: true);
            }
            catch
            {
                File.Delete(partial);
                throw;
            }
        }));
        return command;
    }

    private static Command PutCommand(Argument<string> image, Argument<string> path)
    {
        Argument<string> input = new("IN") { Description = "A file of the host" };
        Command command = new("put", "Copy a file to a disk, with the folders that it is in") { image, input, path };
        command.SetAction(options => Do(() =>
        {
            using FileStream source = File.OpenRead(options.GetRequiredValue(input));
            using DiskFile disk = DiskFile.Open(options.GetRequiredValue(image), write: true);
            FileContext files = DiskFiles.Mount(disk, out DiskFileSystem fileSystem);
            // Makes durable, too, that what was written before a failure is gone again.
            using DiskFileSystem mounted = fileSystem;
            DiskFiles.Put(files, source, options.GetRequiredValue(path));
            DiskFiles.Check(fileSystem.Synchronize(), options.GetRequiredValue(image));
        }));
        return command;
    }

    private static Command RemoveCommand(Argument<string> image, Argument<string> path)
    {
        Command command = new("rm", "Remove a file, or a folder with nothing in it, from a disk") { image, path };
        command.SetAction(options => Do(() =>
        {
            using DiskFile disk = DiskFile.Open(options.GetRequiredValue(image), write: true);
            FileContext files = DiskFiles.Mount(disk, out DiskFileSystem fileSystem);
            string target = DiskFiles.PathOf(options.GetRequiredValue(path));
            Errno error = files.Unlink(target);
            DiskFiles.Check(error == Errno.EISDIR ? files.RemoveDirectory(target) : error, target);
            DiskFiles.Check(fileSystem.Synchronize(), options.GetRequiredValue(image));
        }));
        return command;
    }

    private static Command CheckCommand(Argument<string> image)
    {
        Command command = new("check", "Read everything on a disk and hold it to its checksums") { image };
        command.SetAction(options =>
        {
            int problems = 0;
            int status = Do(() =>
            {
                using DiskFile disk = DiskFile.Open(options.GetRequiredValue(image), write: false);
                DiskCheck check = DiskCheck.Run(disk);
                foreach (string problem in check.Problems)
                    Terminal.Error(problem);
                problems = check.Problems.Count;
                Console.WriteLine($"{check.Files} files, {check.Directories} folders, {check.Bytes} bytes, {problems} problems");
            });
            return problems > 0 ? ExitCode.Failure : status;
        });
        return command;
    }

    private static int Do(Action action)
    {
        try
        {
            action();
            return ExitCode.Success;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ToolException(error.Message);
        }
    }

    private static void WriteLine(FileContext files, string path, string name)
    {
        DiskFiles.Check(files.Status(path, false, out NodeStatus status), path);
        char kind = status.Kind switch { NodeKind.Directory => 'd', NodeKind.SymbolicLink => 'l', _ => '-' };
        DateTime time = DateTime.UnixEpoch.AddTicks(status.Times.Modification / 100);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kind} {status.Size,12} {time:yyyy-MM-dd HH:mm:ss} {name}"));
    }
}
