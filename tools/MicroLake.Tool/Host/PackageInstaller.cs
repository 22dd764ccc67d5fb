namespace MicroLake.Tool.Host;

/// <summary>Installs missing Debian packages, or tells which ones to install where that cannot be done.</summary>
public static class PackageInstaller
{
    private static readonly Dictionary<string, string> s_quiet = new() { ["DEBIAN_FRONTEND"] = "noninteractive" };

    /// <summary>Returns at once when everything is there; otherwise says what is missing and installs it.</summary>
    /// <exception cref="ToolException">A package cannot be installed; the message names what to install by hand.</exception>
    public static void Ensure(params IEnumerable<DebianPackage> packages)
    {
        DebianPackage[] missing = [.. packages.Where(p => !p.IsInstalled)];
        if (missing.Length == 0)
            return;
        string names = string.Join(' ', missing.Select(p => p.Name));
        Terminal.Note($"missing packages: {names}");
        if (ChildProcess.Find("apt-get") is null)
            throw new ToolException($"this is not a Debian system; install the equivalents of: {names}");
        string[] apt = AptGet(names);

        Terminal.Note($"installing {names}");
        bool updated = !HasPackageLists();
        if (updated)
            Update(apt);
        if (!Install(apt, missing))
        {
            if (updated)
                throw Failed(names);
            Update(apt);
            if (!Install(apt, missing))
                throw Failed(names);
        }
        if (missing.FirstOrDefault(p => !p.IsInstalled) is { } still)
            throw new ToolException($"package {still.Name} is installed but {still.Evidence} is not there; this Debian release is not supported");
    }

    private static string[] AptGet(string names)
    {
        if (Environment.IsPrivilegedProcess)
            return ["apt-get"];
        bool hasSudo = ChildProcess.Find("sudo") is not null;
        if (hasSudo && ChildProcess.Capture("sudo", ["-n", "true"]).Status == 0)
            return ["sudo", "-n", "apt-get"];
        throw new ToolException(Instructions(names, hasSudo));
    }

    /// <summary>What to do where this program may not install packages itself.</summary>
    internal static string Instructions(string names, bool hasSudo)
    {
        string sudo = hasSudo ? "sudo " : "";
        return $"installing packages needs root, and this user may not use it without a password; run {(hasSudo ? "this" : "this as root")}, then start again:"
            + $"\n  {sudo}apt-get update && {sudo}apt-get install --no-install-recommends {names}";
    }

    /// <summary>A fresh container image has no package lists at all; then an update is due before anything else.</summary>
    private static bool HasPackageLists() =>
        Directory.Exists("/var/lib/apt/lists") && Directory.EnumerateFiles("/var/lib/apt/lists", "*_Packages*").Any();

    // An update may fail for a foreign source while Debian's own lists arrive; the install after it decides.
    private static void Update(string[] apt) =>
        ChildProcess.RunToError(apt[0], [.. apt[1..], "-q", "-o", "DPkg::Lock::Timeout=300", "update"], s_quiet);

    private static bool Install(string[] apt, DebianPackage[] missing) =>
        ChildProcess.RunToError(apt[0],
            [.. apt[1..], "-q", "-y", "-o", "DPkg::Lock::Timeout=300", "install", "--no-install-recommends", .. missing.Select(p => p.Name)],
            s_quiet) == 0;

    private static ToolException Failed(string names) =>
        new($"apt-get could not install {names}; see its output above, and try: apt-get update && apt-get install {names}");
}
