using System;
using Microsoft.CodeAnalysis;

namespace MicroLake.CosmosGenerators;

/// <summary>A class that can be the kernel of an image.</summary>
/// <param name="fullName">With namespace, as the project property names it.</param>
/// <param name="canBeMade">Whether it has a constructor without parameters that the entry point may call.</param>
internal readonly struct KernelClass(string fullName, bool canBeMade) : IEquatable<KernelClass>
{
    private static readonly SymbolDisplayFormat s_fullName = SymbolDisplayFormat.FullyQualifiedFormat
        .WithGlobalNamespaceStyle(SymbolDisplayGlobalNamespaceStyle.Omitted);

    public string FullName { get; } = fullName;

    public bool CanBeMade { get; } = canBeMade;

    /// <summary>Null when <paramref name="type"/> is abstract or derives from neither kernel base class.</summary>
    public static KernelClass? From(INamedTypeSymbol type)
    {
        if (type.IsAbstract || type.IsGenericType)
            return null;
        for (INamedTypeSymbol? b = type.BaseType; b is not null; b = b.BaseType)
        {
            if (b.ToDisplayString(s_fullName) is "Cosmos.System.Kernel" or "Cosmos.Kernel.System.Kernel")
                return new KernelClass(type.ToDisplayString(s_fullName), HasPlainConstructor(type));
        }
        return null;
    }

    private static bool HasPlainConstructor(INamedTypeSymbol type)
    {
        foreach (IMethodSymbol c in type.InstanceConstructors)
        {
            if (c.Parameters.IsEmpty && c.DeclaredAccessibility is Accessibility.Public or Accessibility.Internal)
                return true;
        }
        return false;
    }

    public bool Equals(KernelClass other) => FullName == other.FullName && CanBeMade == other.CanBeMade;

    public override bool Equals(object? obj) => obj is KernelClass other && Equals(other);

    public override int GetHashCode() => FullName.GetHashCode();
}
