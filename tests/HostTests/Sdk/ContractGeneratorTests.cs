using MicroLake.Sdk;
using MicroLake.SdkGenerators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace MicroLake.HostTests.Sdk;

public sealed class ContractGeneratorTests
{
    [Theory]
    [InlineData("""[Contract("", 1)] public interface IC { }""", "the name is empty")]
    [InlineData("""[Contract("c", 0)] public interface IC { }""", "the version is 0")]
    [InlineData("""[Contract("c", 1)] public interface IC<T> { }""", "generic")]
    [InlineData("""[Contract("c", 1)] public interface IC : System.IDisposable { }""", "derives from another interface")]
    [InlineData("""[Contract("c", 1)] public interface IC { int P { get; } }""", "'P' is not an ordinary method")]
    [InlineData("""[Contract("c", 1)] public interface IC { void M(object o); }""", "parameter 'o' is of type object")]
    [InlineData("""[Contract("c", 1)] public interface IC { void M(string s); }""", "parameter 's' needs [MaxLength(n)]")]
    [InlineData("""[Contract("c", 1)] public interface IC { void M([MaxLength(0)] string s); }""", "parameter 's' needs [MaxLength(n)]")]
    [InlineData("""[Contract("c", 1)] public interface IC { string M(); }""", "the result needs [return: MaxLength(n)]")]
    [InlineData("""[Contract("c", 1)] public interface IC { void M(ref int i); }""", "parameter 'i' cannot be ref, out or in")]
    [InlineData("""[Contract("c", 1)] public interface IC { void M<T>(); }""", "cannot be generic")]
    [InlineData("""[Contract("c", 1)] public interface IC { void M(Handle a, Handle b, Handle c, Handle d, Handle e); }""", "a message takes 4 handles")]
    [InlineData("""[Contract("c", 1)] public interface IC { [Since(2)] void M(); }""", "outside of the contract's versions 1 to 1")]
    [InlineData("""[Contract("c", 2)] public interface IC { [Since(2)] void M(); void N(); }""", "new methods go to the end")]
    public void What_no_message_can_hold_is_an_error_that_says_why(string declaration, string reason)
    {
        (Diagnostic[] problems, _) = Run(declaration);
        Assert.Contains(problems, p => p.Id == "MLC001" && p.GetMessage(null).Contains(reason, StringComparison.Ordinal));
    }

    [Fact]
    public void Both_sides_compile_for_an_interface_without_a_namespace_and_with_overloads()
    {
        (Diagnostic[] problems, Compilation compilation) = Run(
            """[Contract("c", 1)] internal interface IC { int M(int @class); long M(long value); Channel Open([MaxLength(90)] string name); }""");
        Assert.Empty(problems);
        Assert.Empty(compilation.GetDiagnostics(TestContext.Current.CancellationToken).Where(d => d.Severity >= DiagnosticSeverity.Warning));
        Assert.NotNull(compilation.GetTypeByMetadataName("CClient"));
        Assert.NotNull(compilation.GetTypeByMetadataName("CServer"));
    }

    private static (Diagnostic[] Problems, Compilation Compilation) Run(string declaration)
    {
        string[] trusted = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        var compilation = CSharpCompilation.Create(
            "Contracts",
            [CSharpSyntaxTree.ParseText($"using MicroLake.Sdk;\n{declaration}", new CSharpParseOptions(LanguageVersion.CSharp13))],
            trusted.Append(typeof(ContractAttribute).Assembly.Location).Append(typeof(Abi.Message).Assembly.Location).Distinct()
                .Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        CSharpGeneratorDriver.Create([new ContractGenerator().AsSourceGenerator()], parseOptions: new CSharpParseOptions(LanguageVersion.CSharp13))
            .RunGeneratorsAndUpdateCompilation(compilation, out Compilation output, out var problems);
        return ([.. problems], output);
    }
}
