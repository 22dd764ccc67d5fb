namespace MicroLake.ConsoleTests.Harness;

/// <summary>One guest at its prompt for all tests of a class, with a model folder at /host.</summary>
public sealed class GuestFixture : IDisposable
{
    private readonly Lazy<GuestConsole> _console;

    public GuestFixture() => _console = new(() => GuestConsole.AtPrompt(Product.Machine, Models.Path));

    public ModelFolder Models { get; } = new();

    /// <summary>Booted at the first use; a boot that fails then fails the test, not the fixture.</summary>
    public GuestConsole Console => _console.Value;

    public void Dispose()
    {
        if (_console.IsValueCreated)
            _console.Value.Dispose();
        Models.Dispose();
    }
}
