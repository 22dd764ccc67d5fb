using MicroLake.Nn.Gpu.Networks;

namespace MicroLake.Nn.Gpu.Shaders;

/// <summary>Scaling of inputs as uniforms: for each four inputs their shifts, scales and offsets.</summary>
internal static class ScalingData
{
    public static float[] Pack(InputScaling scaling)
    {
        int width = scaling.Scale.Length;
        float[] packed = new float[(width + 3) / 4 * 12];
        for (int i = 0; i < width; i++)
        {
            int at = i / 4 * 12 + i % 4;
            packed[at] = scaling.Shift[i];
            packed[at + 4] = scaling.Scale[i];
            packed[at + 8] = scaling.Offset[i];
        }

        return packed;
    }
}
