using System.Globalization;
using System.Text;

namespace MicroLake.Shell;

/// <summary>
/// Runs a script for a program on the other side of the serial line: everything printed stands between two
/// application program command strings (APC, ECMA-48 8.3.2), <c>ESC _ ML;begin ESC \</c> and
/// <c>ESC _ ML;end;STATUS ESC \</c>, so that firmware and boot messages cannot be taken for output. Where that program gave the
/// run a token they are <c>ML;begin;TOKEN</c> and <c>ML;end;TOKEN;STATUS</c>, so that output cannot be taken for them either.
/// </summary>
public static class ExecProtocol
{
    /// <summary>Runs it and returns its status; the caller then switches the machine off.</summary>
    /// <param name="token">The run's token, or null.</param>
    public static int Run(LakeShell shell, string script, Stream output, string? token)
    {
        string secret = token is null ? "" : $";{token}";
        Write(output, $"begin{secret}");
        int status = shell.RunScript(script, output);
        Write(output, $"end{secret};{status.ToString(CultureInfo.InvariantCulture)}");
        return status;
    }

    private static void Write(Stream output, string message)
    {
        output.Write(Encoding.UTF8.GetBytes($"\e_ML;{message}\e\\"));
        output.Flush();
    }
}
