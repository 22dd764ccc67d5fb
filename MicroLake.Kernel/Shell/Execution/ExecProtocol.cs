using System.Globalization;
using System.Text;

namespace MicroLake.Shell;

/// <summary>
/// Runs a script for a program on the other side of the serial line: everything printed stands between two
/// application program command strings (APC, ECMA-48 8.3.2), <c>ESC _ ML;begin ESC \</c> and
/// <c>ESC _ ML;end;STATUS ESC \</c>, so that firmware and boot messages cannot be taken for output.
/// </summary>
public static class ExecProtocol
{
    /// <summary>Runs it and returns its status; the caller then switches the machine off.</summary>
    public static int Run(LakeShell shell, string script, Stream output)
    {
        output.Write("\e_ML;begin\e\\"u8);
        output.Flush();
        int status = shell.RunScript(script, output);
        output.Write(Encoding.ASCII.GetBytes($"\e_ML;end;{status.ToString(CultureInfo.InvariantCulture)}\e\\"));
        output.Flush();
        return status;
    }
}
