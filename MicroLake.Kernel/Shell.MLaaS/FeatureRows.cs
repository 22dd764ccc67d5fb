using System.Globalization;
using MicroLake.Abi;
using MicroLake.Hosting.Features;

namespace MicroLake.Shell.MLaaS;

/// <summary>Vectors of a registry as rows of text: arrays and histories spread over columns of their own.</summary>
internal sealed class FeatureRows(IReadOnlyList<FeatureDescription> features, IReadOnlyList<FeatureRow> rows)
{
    public int Count => rows.Count;

    /// <summary>Titles of the columns: <c>name</c>, <c>name[1]</c> for elements of an array, <c>name-1</c> for the value of the vector before.</summary>
    public string[] Titles()
    {
        List<string> titles = ["processor", "time_ns"];
        foreach (FeatureDescription feature in features)
        {
            for (int i = 0; i < feature.Elements; i++)
                titles.Add(feature.Elements == 1 ? feature.Name : $"{feature.Name}[{i}]");
            for (int i = 1; i < feature.History; i++)
                titles.Add($"{feature.Name}-{i}");
        }

        return titles.ToArray();
    }

    /// <summary>The cells of a row; empty where the history does not reach back so far.</summary>
    public string[] Cells(int row)
    {
        FeatureRow vector = rows[row];
        List<string> cells = [vector.Processor.ToString(CultureInfo.InvariantCulture), vector.CommittedAt.ToString(CultureInfo.InvariantCulture)];
        foreach (FeatureDescription feature in features)
        {
            for (int i = 0; i < feature.Elements; i++)
                cells.Add(Text(feature, vector.Values[feature.Offset + i]));
            for (int i = 1; i < feature.History; i++)
                cells.Add(i <= row ? Text(feature, rows[row - i].Values[feature.Offset]) : "");
        }

        return cells.ToArray();
    }

    private static string Text(FeatureDescription feature, long value) => feature.Kind == FeatureKind.Float
        ? BitConverter.Int64BitsToDouble(value).ToString("R", CultureInfo.InvariantCulture)
        : value.ToString(CultureInfo.InvariantCulture);
}
