namespace MicroLake.Files;

/// <summary>Fills a buffer with unpredictable bytes.</summary>
public delegate void RandomFill(Span<byte> buffer);
