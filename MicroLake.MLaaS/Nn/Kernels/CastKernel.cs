namespace MicroLake.Nn.Kernels;

/// <summary>Converts each element through the widest type of its class: long for integers and bool, double for floats.</summary>
internal sealed unsafe class CastKernel(ElementType from, ElementType to, int input, int output, int count) : Kernel
{
    public static Kernel Create(ElementType from, ElementType to, int input, int output, int count) => (from, to) switch
    {
        (ElementType.Float16, ElementType.Float32) => new Half16ToFloat(input, output, count),
        (ElementType.Float32, ElementType.Float16) => new FloatToHalf16(input, output, count),
        _ => new CastKernel(from, to, input, output, count),
    };

    public override void Run(byte** slots)
    {
        byte* x = slots[input], y = slots[output];
        bool fromFloat = from is ElementType.Float32 or ElementType.Float64 or ElementType.Float16 or ElementType.BFloat16;
        for (int i = 0; i < count; i++)
        {
            if (fromFloat)
                WriteFloat(y, i, ReadFloat(x, i));
            else
                WriteInteger(y, i, ReadInteger(x, i));
        }
    }

    private double ReadFloat(byte* x, int i) => from switch
    {
        ElementType.Float32 => ((float*)x)[i],
        ElementType.Float64 => ((double*)x)[i],
        ElementType.Float16 => (double)((Half*)x)[i],
        _ => (float)((BFloat16*)x)[i],
    };

    private long ReadInteger(byte* x, int i) => from switch
    {
        ElementType.Int8 => ((sbyte*)x)[i],
        ElementType.Int16 => ((short*)x)[i],
        ElementType.Int32 => ((int*)x)[i],
        ElementType.UInt16 => ((ushort*)x)[i],
        ElementType.UInt32 => ((uint*)x)[i],
        ElementType.UInt8 or ElementType.Bool => x[i],
        _ => ((long*)x)[i],
    };

    private void WriteFloat(byte* y, int i, double value)
    {
        switch (to)
        {
            case ElementType.Float32: ((float*)y)[i] = (float)value; break;
            case ElementType.Float64: ((double*)y)[i] = value; break;
            case ElementType.Float16: ((Half*)y)[i] = (Half)value; break;
            case ElementType.BFloat16: ((BFloat16*)y)[i] = (BFloat16)(float)value; break;
            case ElementType.Bool: y[i] = value != 0 ? (byte)1 : (byte)0; break;
            case ElementType.Int8: ((sbyte*)y)[i] = sbyte.CreateSaturating(value); break;
            case ElementType.Int16: ((short*)y)[i] = short.CreateSaturating(value); break;
            case ElementType.Int32: ((int*)y)[i] = int.CreateSaturating(value); break;
            case ElementType.Int64: ((long*)y)[i] = long.CreateSaturating(value); break;
            case ElementType.UInt8: y[i] = byte.CreateSaturating(value); break;
            case ElementType.UInt16: ((ushort*)y)[i] = ushort.CreateSaturating(value); break;
            case ElementType.UInt32: ((uint*)y)[i] = uint.CreateSaturating(value); break;
            default: ((ulong*)y)[i] = ulong.CreateSaturating(value); break;
        }
    }

    private void WriteInteger(byte* y, int i, long value)
    {
        switch (to)
        {
            case ElementType.Float32 or ElementType.Float64 or ElementType.Float16 or ElementType.BFloat16:
                WriteFloat(y, i, from == ElementType.UInt64 ? (ulong)value : value);
                break;
            case ElementType.Bool: y[i] = value != 0 ? (byte)1 : (byte)0; break;
            case ElementType.Int8 or ElementType.UInt8: y[i] = unchecked((byte)value); break;
            case ElementType.Int16 or ElementType.UInt16: ((short*)y)[i] = unchecked((short)value); break;
            case ElementType.Int32 or ElementType.UInt32: ((int*)y)[i] = unchecked((int)value); break;
            default: ((long*)y)[i] = value; break;
        }
    }

    private sealed class Half16ToFloat(int input, int output, int count) : Kernel
    {
        public override void Run(byte** slots)
        {
            Half* x = (Half*)slots[input];
            float* y = (float*)slots[output];
            for (int i = 0; i < count; i++)
                y[i] = (float)x[i];
        }
    }

    private sealed class FloatToHalf16(int input, int output, int count) : Kernel
    {
        public override void Run(byte** slots)
        {
            float* x = (float*)slots[input];
            Half* y = (Half*)slots[output];
            for (int i = 0; i < count; i++)
                y[i] = (Half)x[i];
        }
    }
}
