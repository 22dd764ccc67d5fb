using MicroLake.Graphics;

namespace MicroLake.Shell.Commands;

[Command("screenshot", "Saves what the display shows as a PNG file", Usage = "FILE.png", Details = "The display shows the console, or what top --graphics has drawn.")]
internal sealed class ScreenshotCommand : ICommand
{
    public void Run(CommandContext context, ArgumentReader arguments)
    {
        string path = arguments.Required("the file to write");
        arguments.End();
        IScreen screen = Screen.Of(context, "screenshot");
        using var file = new MemoryStream();
        screen.Read(canvas => PngWriter.Write(canvas, file));
        // The file is made when all of it is there, so that a failure before leaves nothing.
        using FileStream output = File.Create(path);
        file.WriteTo(output);
    }
}
