using System.Globalization;
using MicroLake.Abi;
using MicroLake.Hosting.Processes;
using MicroLake.Services.Programs;

namespace MicroLake.Shell.MLaaS;

/// <summary>For whose decisions a module is at its hook: everybody's, a process's, or a tenant's, which is held meanwhile.</summary>
internal sealed class ModuleScope : IDisposable
{
    private readonly Tenant? _tenant;

    private ModuleScope(uint value, string text, Tenant? tenant = null)
    {
        Value = value;
        Text = text;
        _tenant = tenant;
    }

    /// <summary>Where a module decides that nobody gave a scope.</summary>
    public static ModuleScope Everywhere { get; } = new(HookScope.Everywhere, "everywhere");

    /// <summary>What the nucleus knows it by.</summary>
    public uint Value { get; }

    /// <summary>As lists show it.</summary>
    public string Text { get; }

    public bool IsEverywhere => Value == HookScope.Everywhere;

    /// <summary>The scope that the options <c>--process</c> and <c>--tenant</c> name; null: neither is there.</summary>
    /// <exception cref="CommandException">There is no such process, or the name fits several, or is no name.</exception>
    /// <exception cref="Hosting.KernelException">There are too many tenants.</exception>
    public static ModuleScope? Of(ArgumentReader arguments)
    {
        string? process = arguments.Value("--process"), tenant = arguments.Value("--tenant");
        if (process is not null && tenant is not null)
            throw arguments.Error("a module decides for a process or for a tenant");
        if (process is not null)
            return OfProcess(process);
        if (tenant is null)
            return null;
        if (!Tenant.IsName(tenant))
            throw arguments.Error("--tenant is not a name of small letters, digits, hyphens and dots");
        Tenant held = Tenant.Hold(tenant);
        return new ModuleScope(HookScope.OfTenant(held.Number), $"tenant {tenant}", held);
    }

    /// <summary>The same scope, for another holder.</summary>
    public ModuleScope Copy() => _tenant is null ? this : new ModuleScope(Value, Text, Tenant.Hold(_tenant.Name));

    public void Dispose() => _tenant?.Dispose();

    private static ModuleScope OfProcess(string text)
    {
        bool isNumber = uint.TryParse(text, CultureInfo.InvariantCulture, out uint number);
        ProcessUse? found = null;
        foreach (ProcessUse process in KernelProcess.All())
        {
            if (isNumber ? process.Id != number : process.Name != text)
                continue;
            if (found is not null)
                throw new CommandException($"mlaas: there are several processes '{Printable.Shorten(text)}'", "name one by its number, which ps shows");
            found = process;
        }

        return found is null
            ? throw new CommandException($"mlaas: there is no process '{Printable.Shorten(text)}'", "see ps")
            : new ModuleScope(found.Id, $"process {found.Id} {found.Name}");
    }
}
