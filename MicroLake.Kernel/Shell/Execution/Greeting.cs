namespace MicroLake.Shell;

/// <summary>What a person sees first: where they are and what to try next.</summary>
internal static class Greeting
{
    public static string Text(LakeShell shell)
    {
        string version = "MicroLake";
        if (shell.Services.Find<ISystemInformation>() is { } system)
        {
            SystemIdentity identity = system.Identity;
            version = $"MicroLake {identity.Version} on {identity.Runtime}, {ByteSize.Format(system.Memory().Free)} of memory free";
        }
        List<string> tries = ["help", "mem", "ls /boot"];
        if (shell.Commands.Find("model") is not null)
            tries.Add(Directory.Exists("/host") ? "model load /host/model.onnx" : "help model");
        return $"{version}\nTry: {string.Join("  |  ", tries)}  |  poweroff\n\n";
    }
}
