using System.Collections.Generic;
using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace MicroLake.SdkGenerators;

/// <summary>
/// Writes the two sides of every interface with <c>[Contract]</c>: <c>NameClient</c>, which packs arguments into messages, and
/// <c>NameServer</c>, which checks every field of a message before it calls an implementation.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class ContractGenerator : IIncrementalGenerator
{
    private const string Attribute = "MicroLake.Sdk.ContractAttribute";

    private static readonly DiagnosticDescriptor s_unusable = new(
        "MLC001", "Not a contract", "'{0}' cannot be a contract: {1}",
        "MicroLake", DiagnosticSeverity.Error, isEnabledByDefault: true);

    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<(string Name, string Source, ImmutableArray<Diagnostic> Problems)> contracts =
            context.SyntaxProvider.ForAttributeWithMetadataName(Attribute, static (_, _) => true,
                static (c, _) => Generate((INamedTypeSymbol)c.TargetSymbol, c.Attributes[0]));
        context.RegisterSourceOutput(contracts, static (output, contract) =>
        {
            foreach (Diagnostic problem in contract.Problems)
                output.ReportDiagnostic(problem);
            if (contract.Source.Length > 0)
                output.AddSource($"{contract.Name}.g.cs", SourceText.From(contract.Source, Encoding.UTF8));
        });
    }

    private static (string Name, string Source, ImmutableArray<Diagnostic> Problems) Generate(INamedTypeSymbol type, AttributeData attribute)
    {
        var problems = new List<(Location? Place, string Reason)>();
        var contract = ContractInterface.From(type, attribute, problems);
        if (contract is not null)
            return ($"{type.ToDisplayString()}.Contract", ClientWriter.Write(contract) + ServerWriter.Write(contract), []);
        var diagnostics = ImmutableArray.CreateBuilder<Diagnostic>();
        foreach ((Location? place, string reason) in problems)
            diagnostics.Add(Diagnostic.Create(s_unusable, place, type.Name, reason));
        return (type.Name, "", diagnostics.ToImmutable());
    }
}
