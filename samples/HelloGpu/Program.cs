using System.Globalization;
using MicroLake.Sdk;

// HelloGpu MODEL.onnx ROWS.csv [auto|cpu|gpu]: runs rows of numbers through a model, on the GPU or on the processor, as run --grant ml.compute lets it.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args.Length is < 2 or > 3 || !Enum.TryParse(args.ElementAtOrDefault(2) ?? "auto", ignoreCase: true, out ComputePlace place))
{
    Console.WriteLine("usage: HelloGpu MODEL.onnx ROWS.csv [auto|cpu|gpu]");
    return 2;
}

try
{
    string[] lines = File.ReadAllLines(args[1]).Where(line => line.Length > 0 && !char.IsAsciiLetter(line[0])).ToArray();
    using ComputeModel model = ComputeModel.Load("HelloGpu", File.ReadAllBytes(args[0]), mostRows: 64);
    int onGpu = 0;
    for (int done = 0, count; done < lines.Length; done += count)
    {
        count = Math.Min(model.MostRows, lines.Length - done);
        for (int r = 0; r < count; r++)
        {
            // Written where the GPU reads it: nobody copies the rows, nor what comes out.
            Span<float> row = model.Rows(count).Slice(r * model.InputColumns, model.InputColumns);
            string[] numbers = lines[done + r].Split(',');
            for (int i = 0; i < row.Length; i++)
                row[i] = float.Parse(numbers[i]);
        }

        if (model.Run(count, place) == ComputePlace.Gpu)
            onGpu += count;
        foreach (float[] outputs in model.Outputs(count).ToArray().Chunk(model.OutputColumns))
            Console.WriteLine(string.Join(',', outputs));
    }

    Console.WriteLine($"{lines.Length} rows, {onGpu} on the GPU, {model.CopiedBytes} bytes copied");
    return 0;
}
catch (Exception error) when (error is ComputeException or ContractException or MessageException or IOException or FormatException or IndexOutOfRangeException)
{
    Console.WriteLine($"error: {error.Message}");
    return 1;
}
