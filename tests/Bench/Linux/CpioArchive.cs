using System.Text;

namespace MicroLake.Bench.Linux;

/// <summary>Writes an initramfs: a cpio archive in the "newc" format (Linux, Documentation/driver-api/early-userspace/buffer-format.rst).</summary>
internal sealed class CpioArchive
{
    private readonly MemoryStream _bytes = new();
    private int _number;

    public void AddFolder(string path) => Add(path, 0x41ED, []);

    public void AddProgram(string path, byte[] content) => Add(path, 0x81ED, content);

    public byte[] Build()
    {
        Add("TRAILER!!!", 0, []);
        return _bytes.ToArray();
    }

    private void Add(string path, int mode, byte[] content)
    {
        byte[] name = Encoding.UTF8.GetBytes(path + "\0");
        int[] fields = [++_number, mode, 0, 0, 1, 0, content.Length, 0, 0, 0, 0, name.Length, 0];
        _bytes.Write(Encoding.ASCII.GetBytes("070701" + string.Concat(fields.Select(f => f.ToString("x8", null)))));
        _bytes.Write(name);
        Pad();
        _bytes.Write(content);
        Pad();
    }

    private void Pad()
    {
        while (_bytes.Length % 4 != 0)
            _bytes.WriteByte(0);
    }
}
