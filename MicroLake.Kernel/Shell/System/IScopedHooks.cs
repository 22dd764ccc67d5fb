namespace MicroLake.Shell;

/// <summary>The hooks at which a module decides for a process or a tenant alone, as whoever keeps the modules knows them.</summary>
public interface IScopedHooks
{
    /// <summary>Those where a module is now.</summary>
    IReadOnlyList<HookInformation> Scoped();
}
