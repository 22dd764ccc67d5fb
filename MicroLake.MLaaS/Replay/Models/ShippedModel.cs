using MicroLake.Nn;

namespace MicroLake.Replay.Models;

/// <summary>The models that come with MicroLake, and others like them.</summary>
internal static class ShippedModel
{
    /// <summary>A model that decides is small: some thousand weights.</summary>
    public const int MaxFileBytes = 1 << 20;

    /// <summary>Reads the model of a module that ships.</summary>
    public static OnnxModel Load(string module)
    {
        using Stream stream = typeof(ShippedModel).Assembly.GetManifestResourceStream(module + ".onnx")
            ?? throw new ReplayException($"this build has no model {module}; train it with ./build.sh train {module}, or name a file with --model");
        byte[] file = new byte[stream.Length];
        stream.ReadExactly(file);
        return Load(file);
    }

    /// <exception cref="ReplayException">The file is no model.</exception>
    public static OnnxModel Load(byte[] file)
    {
        try
        {
            return OnnxModel.Load(file, new() { MaxFileBytes = MaxFileBytes, MaxParameterBytes = MaxFileBytes, MaxArenaBytes = MaxFileBytes });
        }
        catch (ModelFormatException e)
        {
            throw new ReplayException(e.Message);
        }
    }
}
