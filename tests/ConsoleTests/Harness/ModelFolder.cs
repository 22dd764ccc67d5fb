using System.Globalization;
using System.Text;
using MicroLake.Tool.Workspace;

namespace MicroLake.ConsoleTests.Harness;

/// <summary>A host folder to share: a model that says which of its two inputs is larger, and rows for it.</summary>
public sealed class ModelFolder : IDisposable
{
    public const int Rows = 40;

    /// <summary>Rows whose label was turned on purpose, so that a perfect score is impossible.</summary>
    public const int WrongLabels = 3;

    private const string SharedData = "../shared/data";

    public ModelFolder()
    {
        Path = Directory.CreateTempSubdirectory("microlake-model").FullName;
        Write("larger.onnx", OnnxFile.Linear(new float[,] { { 1, 0 }, { 0, 1 } }, [0, 0]));
        Write("sigmoid.onnx", OnnxFile.Linear(new float[,] { { 2 }, { -1 } }, [0.5f], "Sigmoid"));
        StringBuilder labelled = new(), plain = new("a,b\n");
        for (int i = 0; i < Rows; i++)
        {
            float a = (i * 37 % 41) / 41f, b = (i * 23 % 43) / 43f;
            int larger = b > a ? 1 : 0;
            int label = i < WrongLabels ? 1 - larger : larger;
            labelled.Append(CultureInfo.InvariantCulture, $"{a},{b},{label}\n");
            plain.Append(CultureInfo.InvariantCulture, $"{a},{b}\n");
        }
        Write("labelled.csv", labelled.ToString());
        Write("rows.csv", plain.ToString());
    }

    public string Path { get; }

    /// <summary>The research data that lies beside some checkouts, or null.</summary>
    public static string? Research =>
        Directory.Exists(Repository.PathOf(SharedData)) ? System.IO.Path.GetFullPath(Repository.PathOf(SharedData)) : null;

    public void Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public void Write(string name, byte[] bytes) => File.WriteAllBytes(System.IO.Path.Combine(Path, name), bytes);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
