using System.Diagnostics.CodeAnalysis;

namespace MicroLake.Files;

/// <summary>A directory or file as a walk reaches it: the node, and its place in the tree of mounts if it has one.</summary>
internal readonly record struct Position(Node Node, MountPoint? Mount);

/// <summary>Where a path leads.</summary>
/// <param name="Trail">Names and places from the root on, links and dots resolved; without the last name where <paramref name="Target"/> is null.</param>
/// <param name="Parent">Directory that holds (or would hold) the last name.</param>
/// <param name="Name">Last name; empty for the root, or <c>.</c> or <c>..</c> where the path ends so.</param>
/// <param name="Target">What the path names; null when the last name does not exist, or was not looked up.</param>
/// <param name="MustBeDirectory">The path ended in a slash.</param>
internal readonly record struct WalkResult(
    List<(string Name, Position Position)> Trail, Position Parent, string Name, Position? Target, bool MustBeDirectory)
{
    /// <summary>Absolute path without links and dots.</summary>
    public string FullPath
    {
        get
        {
            List<string> names = Trail.GetRange(1, Trail.Count - 1).ConvertAll(step => step.Name);
            if (Target is null)
                names.Add(Name);
            return "/" + string.Join('/', names);
        }
    }

    /// <summary>True where the name is a place in the mount table, which cannot be removed or replaced.</summary>
    public bool IsMountPoint => Target?.Mount is not null;

    public bool IsDots => Name is "" or "." or "..";
}

/// <summary>Path resolution as in path_resolution(7): components left to right, symbolic links, dots.</summary>
internal static class PathWalk
{
    /// <summary>
    /// Walks an absolute path. A missing last component is success with no target, so that the caller can create
    /// it; a missing one before that is ENOENT. Without <paramref name="findLast"/> a last name that is neither dots nor a mount is not looked up, but left to the caller.
    /// </summary>
    public static Errno Walk(Position root, string path, bool followLast, out WalkResult result, bool findLast = true)
    {
        result = default;
        Errno error = PathLimits.CheckPath(path);
        if (error != Errno.None)
            return error;

        List<(string Name, Position Position)> trail = [("", root)];
        int at = 0;
        bool mustBeDirectory = path.EndsWith('/');
        string lastName = "";
        int linksLeft = PathLimits.SymbolicLinks;
        while (TryNext(path, ref at, out string? name))
        {
            Position current = trail[^1].Position;
            if (current.Node.Kind != NodeKind.Directory)
                return Errno.ENOTDIR;
            lastName = name;
            if (name == ".")
                continue;
            if (name == "..")
            {
                if (trail.Count > 1)
                    trail.RemoveAt(trail.Count - 1);
                continue;
            }
            error = PathLimits.CheckName(name);
            if (error != Errno.None)
                return error;
            bool isLast = at == path.Length;
            if (isLast && !findLast && !IsPlace(current, name))
            {
                result = new WalkResult(trail, current, name, null, mustBeDirectory);
                return Errno.None;
            }
            error = Step(current, name, out Position child);
            if (error == Errno.ENOENT && isLast)
            {
                result = new WalkResult(trail, current, name, null, mustBeDirectory);
                return Errno.None;
            }
            if (error != Errno.None)
                return error;
            if (child.Node.Kind != NodeKind.SymbolicLink || (isLast && !followLast && !mustBeDirectory))
            {
                trail.Add((name, child));
                continue;
            }
            if (linksLeft-- == 0)
                return Errno.ELOOP;
            error = child.Node.ReadLink(out string target);
            if (error == Errno.None)
                error = PathLimits.CheckPath(target);
            if (error != Errno.None)
                return error;
            if (target[0] == '/')
                trail.RemoveRange(1, trail.Count - 1);
            if (isLast && target.EndsWith('/'))
                mustBeDirectory = true;
            path = isLast ? target : $"{target}/{path.AsSpan(at)}";
            at = 0;
            lastName = "";
        }

        Position end = trail[^1].Position;
        if (mustBeDirectory && end.Node.Kind != NodeKind.Directory)
            return Errno.ENOTDIR;
        Position parent = trail.Count > 1 ? trail[^2].Position : root;
        string shownName = lastName is "." or ".." ? lastName : trail[^1].Name;
        result = new WalkResult(trail, parent, shownName, end, mustBeDirectory);
        return Errno.None;
    }

    /// <summary>All names of a directory: its own and those of the mounts in it, in ordinal order.</summary>
    public static Errno List(Position directory, out IReadOnlyList<DirectoryEntry> entries)
    {
        Errno error = directory.Node.List(out IReadOnlyList<DirectoryEntry> own);
        entries = own;
        if (error != Errno.None || directory.Mount is not { Children.IsEmpty: false } mount)
            return error;
        SortedDictionary<string, DirectoryEntry> all = new(StringComparer.Ordinal);
        foreach (DirectoryEntry entry in own)
            all[entry.Name] = entry;
        foreach (string name in mount.Children.Keys)
            all[name] = new DirectoryEntry(name, NodeKind.Directory);
        entries = [.. all.Values];
        return Errno.None;
    }

    private static Errno Step(Position current, string name, out Position child)
    {
        MountPoint? place = null;
        current.Mount?.Children.TryGetValue(name, out place);
        if (place?.Mounted is { } mounted)
        {
            child = new Position(mounted, place);
            return Errno.None;
        }
        Errno error = current.Node.Lookup(name, out Node? node);
        if (place is not null && (error != Errno.None || node!.Kind != NodeKind.Directory))
        {
            child = new Position(place.Placeholder, place);
            return Errno.None;
        }
        child = error == Errno.None ? new Position(node!, place) : default;
        return error;
    }

    /// <summary>Whether a name is in the mount table.</summary>
    private static bool IsPlace(Position directory, string name) => directory.Mount?.Children.ContainsKey(name) == true;

    /// <summary>Takes the next name of a path, and moves on past the slashes behind it.</summary>
    private static bool TryNext(string path, ref int at, [NotNullWhen(true)] out string? name)
    {
        at = PastSlashes(path, at);
        int length = path.AsSpan(at).IndexOf('/');
        name = at == path.Length ? null : length < 0 ? path[at..] : path.Substring(at, length);
        at = PastSlashes(path, at + (name?.Length ?? 0));
        return name is not null;
    }

    private static int PastSlashes(string path, int at)
    {
        while (at < path.Length && path[at] == '/')
            at++;
        return at;
    }
}
