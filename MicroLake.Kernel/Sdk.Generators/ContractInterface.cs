using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis;

namespace MicroLake.SdkGenerators;

/// <summary>An interface with <c>[Contract]</c>.</summary>
internal sealed class ContractInterface
{
    private ContractInterface(INamedTypeSymbol type, string contract, int version)
    {
        Contract = contract;
        Version = version;
        FullName = type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);
        Namespace = type.ContainingNamespace.IsGlobalNamespace ? "" : type.ContainingNamespace.ToDisplayString();
        Name = type.Name.Length > 1 && type.Name[0] == 'I' && char.IsUpper(type.Name[1]) ? type.Name.Substring(1) : type.Name;
        Accessibility = type.DeclaredAccessibility == Microsoft.CodeAnalysis.Accessibility.Public ? "public" : "internal";
    }

    /// <summary>As the two sides name it.</summary>
    public string Contract { get; }

    public int Version { get; }

    /// <summary>The interface, from <c>global::</c> on.</summary>
    public string FullName { get; }

    public string Namespace { get; }

    /// <summary>What the generated classes' names begin with: the interface's name without its I.</summary>
    public string Name { get; }

    public string Accessibility { get; }

    public List<ContractMethod> Methods { get; } = [];

    /// <summary>FNV-1a over the name's UTF-8 (Fowler, Noll and Vo; 32 bits).</summary>
    public uint Hash => Encoding.UTF8.GetBytes(Contract).Aggregate(2166136261u, (hash, b) => unchecked((hash ^ b) * 16777619u));

    /// <summary>Null, with reasons, for an interface that cannot be a contract.</summary>
    public static ContractInterface? From(INamedTypeSymbol type, AttributeData attribute, List<(Location? Place, string Reason)> problems)
    {
        string contract = attribute.ConstructorArguments[0].Value as string ?? "";
        int version = attribute.ConstructorArguments[1].Value as int? ?? 0;
        Location? place = type.Locations.FirstOrDefault();
        if (contract.Length == 0)
            problems.Add((place, "the name is empty"));
        if (version is < 1 or > ushort.MaxValue)
            problems.Add((place, $"the version is {version}; it goes from 1 to {ushort.MaxValue}"));
        if (type.IsGenericType || type.ContainingType is not null)
            problems.Add((place, "it is generic or inside of another type"));
        if (type.AllInterfaces.Length > 0)
            problems.Add((place, "it derives from another interface, whose methods would have no fixed numbers"));
        var result = new ContractInterface(type, contract, version);
        int highest = 1;
        foreach (ISymbol member in type.GetMembers())
        {
            if (member is not IMethodSymbol { MethodKind: MethodKind.Ordinary, IsStatic: false } method)
            {
                problems.Add((member.Locations.FirstOrDefault(), $"'{member.Name}' is not an ordinary method"));
                continue;
            }

            if (ContractMethod.From(method, result.Methods.Count + 1, version, out string problem) is not { } usable)
            {
                problems.Add((method.Locations.FirstOrDefault(), $"'{method.Name}': {problem}"));
                continue;
            }

            if (usable.Since < highest)
                problems.Add((method.Locations.FirstOrDefault(), $"'{method.Name}' stands behind a method of a later version; new methods go to the end"));
            highest = Math.Max(highest, usable.Since);
            result.Methods.Add(usable);
        }

        return problems.Count == 0 ? result : null;
    }
}
