namespace MicroLake.MLaaS.Packages;

/// <summary>Where a model may run.</summary>
[Flags]
public enum ModuleArchitecture
{
    Cpu = 1,
    Gpu = 2,
    Both = Cpu | Gpu,
}
