using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace MicroLake.ShellGenerators;

/// <summary>What the generator needs of one class with <c>[Command]</c>; equal when the output would be equal.</summary>
internal sealed class CommandClass : IEquatable<CommandClass>
{
    private CommandClass(string typeName, string name, string summary, string usage, string details, string? problem, Location location)
    {
        TypeName = typeName;
        Name = name;
        Summary = summary;
        Usage = usage;
        Details = details;
        Problem = problem;
        Location = location;
    }

    public string TypeName { get; }

    public string Name { get; }

    public string Summary { get; }

    public string Usage { get; }

    public string Details { get; }

    /// <summary>Why the class cannot be a command; null when it can.</summary>
    public string? Problem { get; }

    public Location Location { get; }

    public static CommandClass From(INamedTypeSymbol type, AttributeData attribute)
    {
        string Named(string key) => attribute.NamedArguments.FirstOrDefault(a => a.Key == key).Value.Value as string ?? "";
        string Positional(int index) =>
            attribute.ConstructorArguments.Length > index ? attribute.ConstructorArguments[index].Value as string ?? "" : "";
        return new CommandClass(
            type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat),
            Positional(0), Positional(1), Named("Usage"), Named("Details"), FindProblem(type),
            type.Locations.FirstOrDefault() ?? Location.None);
    }

    public bool Equals(CommandClass? other) => other is not null
        && (TypeName, Name, Summary, Usage, Details, Problem) == (other.TypeName, other.Name, other.Summary, other.Usage, other.Details, other.Problem);

    public override bool Equals(object? obj) => Equals(obj as CommandClass);

    public override int GetHashCode() => (TypeName, Name, Summary, Usage, Details, Problem).GetHashCode();

    private static string? FindProblem(INamedTypeSymbol type)
    {
        if (type.IsAbstract)
            return "it is abstract";
        if (type.ContainingType is not null)
            return "it is nested in another class";
        if (!type.AllInterfaces.Any(i => i.ToDisplayString() == "MicroLake.Shell.ICommand"))
            return "it does not implement ICommand";
        IEnumerable<IMethodSymbol> constructors = type.InstanceConstructors.Where(c => c.Parameters.Length == 0);
        return constructors.Any(c => c.DeclaredAccessibility is Accessibility.Public or Accessibility.Internal)
            ? null
            : "it has no constructor without parameters that the assembly can call";
    }
}
