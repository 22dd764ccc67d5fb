namespace MicroLake.Files;

/// <summary>A directory or file as a walk reaches it: the node, and its place in the tree of mounts if it has one.</summary>
internal readonly record struct Position(Node Node, MountPoint? Mount);

/// <summary>Where a path leads.</summary>
/// <param name="Parent">Directory that holds (or would hold) the last name.</param>
/// <param name="Name">Last name; empty for the root, or <c>.</c> or <c>..</c> where the path ends so.</param>
/// <param name="Target">What the path names; null when the last name does not exist.</param>
/// <param name="MustBeDirectory">The path ended in a slash.</param>
/// <param name="FullPath">Absolute path without links and dots.</param>
internal readonly record struct WalkResult(
    Position Parent, string Name, Position? Target, bool MustBeDirectory, string FullPath)
{
    /// <summary>True where the name is a place in the mount table, which cannot be removed or replaced.</summary>
    public bool IsMountPoint => Target?.Mount is not null;

    public bool IsDots => Name is "" or "." or "..";
}

/// <summary>Path resolution as in path_resolution(7): components left to right, symbolic links, dots.</summary>
internal static class PathWalk
{
    /// <summary>
    /// Walks an absolute path. A missing last component is success with no target, so that the caller can create
    /// it; a missing one before that is ENOENT.
    /// </summary>
    public static Errno Walk(Position root, string path, bool followLast, out WalkResult result)
    {
        result = default;
        Errno error = PathLimits.CheckPath(path);
        if (error != Errno.None)
            return error;

        List<(string Name, Position Position)> trail = [("", root)];
        Stack<string> pending = new();
        Push(pending, path);
        bool mustBeDirectory = path.EndsWith('/');
        string lastName = "";
        int linksLeft = PathLimits.SymbolicLinks;
        while (pending.TryPop(out string? name))
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
            bool isLast = pending.Count == 0;
            error = Step(current, name, out Position child);
            if (error == Errno.ENOENT && isLast)
            {
                result = new WalkResult(current, name, null, mustBeDirectory, Join(trail, name));
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
            Push(pending, target);
            lastName = "";
        }

        Position end = trail[^1].Position;
        if (mustBeDirectory && end.Node.Kind != NodeKind.Directory)
            return Errno.ENOTDIR;
        Position parent = trail.Count > 1 ? trail[^2].Position : root;
        string shownName = lastName is "." or ".." ? lastName : trail[^1].Name;
        result = new WalkResult(parent, shownName, end, mustBeDirectory, Join(trail, null));
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

    private static void Push(Stack<string> pending, string path)
    {
        string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (int i = parts.Length - 1; i >= 0; i--)
            pending.Push(parts[i]);
    }

    private static string Join(List<(string Name, Position Position)> trail, string? last)
    {
        List<string> names = trail.GetRange(1, trail.Count - 1).ConvertAll(step => step.Name);
        if (last is not null)
            names.Add(last);
        return "/" + string.Join('/', names);
    }
}
