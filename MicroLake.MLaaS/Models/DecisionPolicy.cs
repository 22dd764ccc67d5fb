using MicroLake.MLaaS.Hooks;
using MicroLake.MLaaS.Packages;
using MicroLake.Policies;
using MicroLake.Policies.Helpers;
using MicroLake.Policies.Jit;
using MicroLake.Policies.Maps;
using MicroLake.Policies.Objects;
using MicroLake.Policies.Verification;

namespace MicroLake.MLaaS.Models;

/// <summary>A module's policy: a program that is proven to keep to its hook, with its maps.</summary>
public sealed class DecisionPolicy : IDisposable
{
    private readonly PolicyMap[] _maps;
    private CompiledProgram? _compiled;

    private DecisionPolicy(VerifiedProgram program, PolicyMap[] maps)
    {
        Program = program;
        _maps = maps;
    }

    public VerifiedProgram Program { get; }

    public IReadOnlyList<PolicyMap> Maps => _maps;

    /// <summary>The features that its manifest lets it see.</summary>
    public string Sees
    {
        get
        {
            var names = new List<string>();
            foreach (ContextField seen in Program.Type.Fields)
                if (seen.IsGranted)
                    names.Add(seen.Name);
            return TextOf(names);
        }
    }

    /// <summary>The helpers that its manifest lets it call.</summary>
    public string MayCall
    {
        get
        {
            var names = new List<string>();
            foreach (HelperFunction helper in Program.Type.Helpers.Functions)
                names.Add(helper.Name);
            return TextOf(names);
        }
    }

    /// <summary>Bytes of its machine code; 0 before <see cref="Compile"/>.</summary>
    public int CodeBytes => _compiled?.CodeBytes ?? 0;

    /// <summary>Reads the object and verifies its program for the hook.</summary>
    /// <exception cref="ModuleException">There is none, it uses what is not granted, or it could not be proven to do no harm.</exception>
    public static DecisionPolicy Load(byte[] file, HookDescription hook, PolicyGrants grants, PolicyEnvironment environment)
    {
        ProgramType type = hook.ProgramType(grants, environment.Helpers);
        PolicyMap[] maps = [];
        try
        {
            PolicyObject policy = PolicyObject.Read(file);
            ObjectProgram program = ProgramFor(policy, hook);
            maps = policy.CreateMaps(environment.Processors, environment.CurrentProcessor);
            return new(VerifiedProgram.Verify(PolicyProgram.Link(program.Name, program.Code, maps, environment.Helpers), type), maps);
        }
        catch (Exception error) when (error is PolicyException or OutOfMemoryException)
        {
            foreach (PolicyMap map in maps)
                map.Dispose();
            throw new ModuleException($"{ModulePart.Policy}: {error.Message}", error);
        }
    }

    /// <summary>Makes machine code of the program, once; returns its address, which is valid until <see cref="Dispose"/>.</summary>
    /// <exception cref="ModuleException">There is no memory for it.</exception>
    public nint Compile()
    {
        try
        {
            _compiled ??= new CompiledProgram(Program, PageCodeMemory.Instance);
            return _compiled.Address;
        }
        catch (OutOfMemoryException error)
        {
            throw new ModuleException($"{ModulePart.Policy}: {error.Message}", error);
        }
    }

    /// <summary>Gives code and maps back. The caller has seen to it that nobody runs it any more.</summary>
    public void Dispose()
    {
        _compiled?.Dispose();
        foreach (PolicyMap map in _maps)
            map.Dispose();
    }

    private static string TextOf(List<string> names) => names.Count == 0 ? "nothing" : string.Join(", ", names);

    private static ObjectProgram ProgramFor(PolicyObject policy, HookDescription hook)
    {
        ObjectProgram? found = null;
        var sections = new List<string>();
        foreach (ObjectProgram program in policy.Programs)
        {
            if (program.Section == hook.Name)
                found = found is null ? program : throw new PolicyFormatException($"it has two programs for {hook.Name}, {found.Name} and {program.Name}; leave one out");
            sections.Add(program.Section);
        }

        return found ?? throw new PolicyFormatException($"it has no program for {hook.Name}; its programs are in {string.Join(", ", sections)}");
    }
}
