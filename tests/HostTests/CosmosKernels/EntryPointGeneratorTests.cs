using MicroLake.CosmosGenerators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Xunit;

namespace MicroLake.HostTests.CosmosKernels;

public sealed class EntryPointGeneratorTests
{
    private const string SecondGeneration = """
        using System;
        using Sys = Cosmos.System;
        namespace MyKernel
        {
            public class Kernel : Sys.Kernel
            {
                protected override void BeforeRun() => Console.WriteLine("up");
                protected override void Run() { mDebugger.Send("round"); Sys.Power.Shutdown(); }
            }
        }
        """;

    private const string ThirdGeneration = """
        using System;
        using Sys = Cosmos.Kernel.System;
        namespace Lake;
        public class Kernel : Sys.Kernel
        {
            protected override void Run() { Console.WriteLine("once"); Stop(); }
        }
        """;

    [Theory]
    [InlineData(SecondGeneration, "MyKernel.Kernel")]
    [InlineData(ThirdGeneration, "Lake.Kernel")]
    public void A_kernel_without_Main_gets_one_that_makes_it(string source, string kernel)
    {
        (Compilation made, IReadOnlyList<Diagnostic> errors) = Generate(source);
        Assert.Empty(errors);
        Assert.Equal("KernelEntryPoint", made.GetEntryPoint(TestContext.Current.CancellationToken)?.ContainingType.Name);
        Assert.Contains($"new global::{kernel}()", made.SyntaxTrees.Last().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_base_class_between_does_not_count_as_the_kernel()
    {
        (Compilation made, IReadOnlyList<Diagnostic> errors) = Generate("""
            abstract class Common : Cosmos.System.Kernel { }
            class Mine : Common { protected override void Run() { } }
            """);
        Assert.Empty(errors);
        Assert.Contains("new global::Mine()", made.SyntaxTrees.Last().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_project_with_a_Main_is_left_alone()
    {
        (Compilation made, IReadOnlyList<Diagnostic> errors) = Generate("static class P { static void Main() { } }");
        Assert.Empty(errors);
        Assert.Single(made.SyntaxTrees);
    }

    [Fact]
    public void No_kernel_is_an_error() => Assert.Equal(["MLK001"], Errors("class Nothing { }"));

    [Fact]
    public void Two_kernels_are_an_error_until_one_is_chosen()
    {
        Assert.Equal(["MLK002"], Errors(SecondGeneration, ThirdGeneration.Replace("namespace Lake;", "", StringComparison.Ordinal)));
        (Compilation made, IReadOnlyList<Diagnostic> errors) =
            Generate([SecondGeneration, ThirdGeneration], ("KernelClass", "Lake.Kernel"));
        Assert.Empty(errors);
        Assert.Contains("new global::Lake.Kernel()", made.SyntaxTrees.Last().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_property_of_the_third_generation_chooses_too()
    {
        (Compilation made, _) = Generate([SecondGeneration, ThirdGeneration], ("CosmosKernelClass", "MyKernel.Kernel"));
        Assert.Contains("new global::MyKernel.Kernel()", made.SyntaxTrees.Last().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_is_no_kernel_is_an_error() =>
        Assert.Equal("MLK003", Assert.Single(Generate([SecondGeneration], ("KernelClass", "Other")).Errors).Id);

    [Fact]
    public void A_kernel_that_cannot_be_made_is_an_error() => Assert.Equal(["MLK004"], Errors(
        "class K : Cosmos.System.Kernel { K(int n) { } protected override void Run() { } }"));

    [Fact]
    public void The_startup_method_runs_first()
    {
        (Compilation made, IReadOnlyList<Diagnostic> errors) = Generate(
            ["static class Up { public static void Begin() { } }", SecondGeneration], ("KernelStartup", "Up.Begin"));
        Assert.Empty(errors);
        string main = made.SyntaxTrees.Last().ToString();
        Assert.True(main.IndexOf("global::Up.Begin();", StringComparison.Ordinal) < main.IndexOf("KernelHost", StringComparison.Ordinal));
    }

    private static string[] Errors(params string[] sources) => [.. Generate(sources).Errors.Select(e => e.Id)];

    private static (Compilation Made, IReadOnlyList<Diagnostic> Errors) Generate(params string[] sources) =>
        Generate(sources, properties: []);

    private static (Compilation Made, IReadOnlyList<Diagnostic> Errors) Generate(
        string[] sources, params (string Name, string Value)[] properties)
    {
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(p => MetadataReference.CreateFromFile(p));
        CSharpCompilation compilation = CSharpCompilation.Create(
            "image", sources.Select(s => CSharpSyntaxTree.ParseText(s, cancellationToken: TestContext.Current.CancellationToken)),
            references, new CSharpCompilationOptions(OutputKind.ConsoleApplication));
        GeneratorDriver driver = CSharpGeneratorDriver.Create(
            [new EntryPointGenerator().AsSourceGenerator()], optionsProvider: new Options(properties));
        driver.RunGeneratorsAndUpdateCompilation(
            compilation, out Compilation made, out var reported, TestContext.Current.CancellationToken);
        var errors = reported.Concat(reported.IsEmpty ? made.GetDiagnostics(TestContext.Current.CancellationToken) : [])
            .Where(d => d.Severity == DiagnosticSeverity.Error);
        return (made, [.. errors]);
    }

    private sealed class Options((string Name, string Value)[] properties) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions { get; } = new Values(properties);

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => GlobalOptions;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => GlobalOptions;

        private sealed class Values((string Name, string Value)[] properties) : AnalyzerConfigOptions
        {
            public override bool TryGetValue(string key, out string value)
            {
                value = properties.FirstOrDefault(p => "build_property." + p.Name == key).Value ?? "";
                return value.Length > 0;
            }
        }
    }
}
