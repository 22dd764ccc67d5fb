using MicroLake.Drivers;
using MicroLake.Drivers.Gpu;
using MicroLake.Graphics;
using MicroLake.Hosting;
using MicroLake.Platform.Files;
using MicroLake.Shell;

namespace MicroLake.Kernel;

/// <summary>
/// The display of a graphics processor: the console's text, or what a command has drawn. A thread brings text to it, at most so often that many lines in a row
/// cost no more than a few.
/// </summary>
internal sealed class Display : IScreen
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    private readonly string _name;
    private readonly FrameBuffer _buffer;
    private readonly Canvas _canvas;
    private readonly TextScreen _text;
    private readonly AutoResetEvent _isWritten = new(false);

    // Taken in this order. Writers to the console take the second alone, so no device keeps them waiting.
    private readonly Lock _picture = new();
    private readonly Lock _writing = new();

    // Nothing is there yet: as if something else had been drawn, and then the console cleared.
    private int _clearings = -1;
    private bool _isDrawn = true;

    private Display(string name, FrameBuffer buffer)
    {
        _name = name;
        _buffer = buffer;
        _canvas = new Canvas(buffer.Width, buffer.Height);
        _text = new TextScreen(Math.Max(1, buffer.Width / Font.Width), Math.Max(1, buffer.Height / Font.Height));
    }

    public int Width => _buffer.Width;

    public int Height => _buffer.Height;

    /// <summary>Takes the first display there is. Null: there is none, or it cannot be used, which the log says.</summary>
    public static Display? TryStart(IReadOnlyList<VirtioGpu> gpus)
    {
        foreach (VirtioGpu gpu in gpus)
        {
            try
            {
                if (FrameBuffer.TryOpen(gpu) is not { } buffer)
                    continue;
                var display = new Display(gpu.Device.Name, buffer);
                PlatformFiles.Console.Mirror = display.Mirror;
                new Thread(display.FollowText) { IsBackground = true, Name = "display" }.Start();
                return display;
            }
            catch (DeviceException error)
            {
                KernelStartup.Machine.Log($"{gpu.Device.Name}: no display: {error.Message}");
            }
        }

        return null;
    }

    public void Draw(Action<Canvas> draw)
    {
        lock (_picture)
        {
            lock (_writing)
                _clearings = _text.Clearings;
            _isDrawn = true;
            draw(_canvas);
            Show(0, Height);
        }
    }

    public void Read(Action<Canvas> read)
    {
        lock (_picture)
        {
            UpdateText();
            read(_canvas);
        }
    }

    private void Mirror(ReadOnlySpan<byte> data)
    {
        lock (_writing)
            _text.Write(data);
        _ = _isWritten.Set();
    }

    private void FollowText()
    {
        try
        {
            while (true)
            {
                lock (_picture)
                {
                    (int top, int bottom) = UpdateText();
                    Show(top, bottom);
                }

                Thread.Sleep(s_pause);
                _ = _isWritten.WaitOne();
            }
        }
        catch (DeviceException error)
        {
            PlatformFiles.Console.Mirror = null;
            KernelStartup.Machine.Log($"{_name}: the display is not used any more: {error.Message}");
        }
    }

    /// <summary>Brings the text into the picture, unless something else was drawn there. Clearing the console ends that.</summary>
    private (int Top, int Bottom) UpdateText()
    {
        lock (_writing)
        {
            bool isBack = _isDrawn && _text.Clearings != _clearings;
            if (_isDrawn && !isBack)
                return default;
            _isDrawn = false;
            if (isBack)
                _canvas.Fill(TextScreen.Background);
            (int top, int bottom) = _text.Draw(_canvas, isBack);
            return isBack ? (0, Height) : (top, bottom);
        }
    }

    private void Show(int top, int bottom)
    {
        for (int y = top; y < bottom; y++)
            _canvas.Row(y).CopyTo(_buffer.Row(y));
        _buffer.Show(top, bottom);
    }
}
