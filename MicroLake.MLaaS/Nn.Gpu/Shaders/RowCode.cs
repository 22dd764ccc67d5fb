using MicroLake.Nn.Gpu.Networks;

namespace MicroLake.Nn.Gpu.Shaders;

/// <summary>What all shaders of networks share: which rows an invocation has, how it reads and writes them, and the mark that it leaves.</summary>
/// <param name="code">The shader.</param>
/// <param name="rows">Rows of an invocation.</param>
internal sealed class RowCode(TgsiWriter code, int rows)
{
    private readonly Register _place = code.Temporary();
    private readonly Register _address = code.Temporary();

    /// <summary>Finds the invocation's first row.</summary>
    public void Begin()
    {
        code.Do($"UMAD {_place.One(0)}", "SV[1].xxxx", code.Integer(TgsiWriter.BlockWidth), "SV[0].xxxx");
        code.Do($"UMUL {_place.One(0)}", _place.All(0), code.Integer(rows));
    }

    /// <summary>Where a row begins: into a component of a register.</summary>
    public void AddressOf(string target, int row, int rowBytes)
    {
        code.Do($"UADD {target}", _place.All(0), code.Integer(row));
        code.Do($"UMUL {target}", target + Repeat(target), code.Integer(rowBytes));
    }

    /// <summary>Reads up to four numbers, so many bytes behind an address.</summary>
    public void Load(Register target, int components, string address, int offset)
    {
        code.Do($"UADD {_address.One(0)}", address, code.Integer(offset));
        code.Load(target + TgsiWriter.Mask(components), PassBuffers.Input, _address.All(0));
    }

    /// <summary>Writes up to four numbers, so many bytes behind an address.</summary>
    public void Store(Register value, int components, string address, int offset)
    {
        code.Do($"UADD {_address.One(0)}", address, code.Integer(offset));
        code.Store(PassBuffers.Output, components, _address.All(0), value);
    }

    /// <summary>Applies the scaling of four inputs; its three elements are at that place or behind <see cref="TgsiWriter.PointTo"/>.</summary>
    public void Scale(Register x, string shift, string scale, string offset)
    {
        code.Do($"ADD {x}", x.ToString(), shift);
        code.Do($"MAD {x}", x.ToString(), scale, offset);
    }

    /// <summary>Leaves the number of the run in the block's word, so that who reads it knows that this launch has happened.</summary>
    public void End()
    {
        code.Do($"MOV {_address.One(0)}", code.Integer(0) + ".xxxx");
        code.Load(_place.One(0), PassBuffers.Run, _address.All(0));
        code.Do($"UMUL {_address.One(0)}", "SV[1].xxxx", code.Integer(sizeof(uint)));
        code.Store(PassBuffers.Marks, 1, _address.All(0), _place);
    }

    /// <summary>Makes of a target's one component a source.</summary>
    private static string Repeat(string target) => new(target[^1], 3);
}
