using MicroLake.Graphics;

namespace MicroLake.Shell;

/// <summary>The machine's display; the kernel implements it where there is one. It shows the console's text until something is drawn.</summary>
public interface IScreen
{
    int Width { get; }

    int Height { get; }

    /// <summary>Shows another picture, until the console is cleared.</summary>
    /// <exception cref="IOException">The display failed.</exception>
    void Draw(Action<Canvas> draw);

    /// <summary>Looks at what is shown.</summary>
    void Read(Action<Canvas> read);
}
