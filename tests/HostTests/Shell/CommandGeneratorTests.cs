using MicroLake.ShellGenerators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace MicroLake.HostTests.Shell;

/// <summary>The source generator that collects commands.</summary>
public sealed class CommandGeneratorTests
{
    private const string Good = """
        using MicroLake.Shell;
        [Command("hi", "Greets \"you\"", Usage = "[NAME]")]
        public sealed class Hi : ICommand { public void Run(CommandContext c, ArgumentReader a) { } }
        """;

    [Fact]
    public void Commands_of_the_assembly_and_of_its_references_are_added()
    {
        (Compilation output, IReadOnlyList<Diagnostic> diagnostics) = Generate(Good);
        Assert.Empty(diagnostics);
        Assert.Empty(output.GetDiagnostics(TestContext.Current.CancellationToken).Where(d => d.Severity == DiagnosticSeverity.Error));
        string all = string.Concat(output.SyntaxTrees.Select(tree => tree.ToString()));
        Assert.Contains("CommandDescriptor(\"hi\", \"Greets \\\"you\\\"\", \"[NAME]\", \"\", static () => new global::Hi())", all);
        Assert.Contains("global::MicroLake.Shell.GeneratedCommands.AddTo(commands);", all);
        Assert.Contains("global::Test.Image.GeneratedCommands.AddTo(commands);", all);
    }

    [Theory]
    [InlineData("[Command(\"x\", \"y\")] public sealed class X { }", "MLS001", "does not implement ICommand")]
    [InlineData("[Command(\"x\", \"y\")] public abstract class X : ICommand { public void Run(CommandContext c, ArgumentReader a) { } }", "MLS001", "abstract")]
    [InlineData("[Command(\"x\", \"y\")] public sealed class X(int n) : ICommand { public void Run(CommandContext c, ArgumentReader a) { } public int N => n; }", "MLS001", "no constructor")]
    [InlineData("[Command(\"hi\", \"y\")] public sealed class X : ICommand { public void Run(CommandContext c, ArgumentReader a) { } }", "MLS002", "both")]
    public void A_class_that_cannot_be_a_command_is_an_error(string source, string id, string reason)
    {
        Diagnostic error = Assert.Single(Generate(Good, "using MicroLake.Shell; " + source).Diagnostics);
        Assert.Equal(id, error.Id);
        Assert.Contains(reason, error.GetMessage());
    }

    private static (Compilation Output, IReadOnlyList<Diagnostic> Diagnostics) Generate(params string[] sources)
    {
        string[] platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Test.Image",
            sources.Select(source => CSharpSyntaxTree.ParseText(source, cancellationToken: TestContext.Current.CancellationToken)),
            platform.Where(path => Path.GetFileName(path) is var name && (name.StartsWith("System.", StringComparison.Ordinal) || name is "MicroLake.Shell.dll" or "netstandard.dll"))
                .Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        GeneratorDriver driver = CSharpGeneratorDriver.Create(new CommandGenerator());
        driver.RunGeneratorsAndUpdateCompilation(compilation, out Compilation output, out var diagnostics, TestContext.Current.CancellationToken);
        return (output, diagnostics);
    }
}
