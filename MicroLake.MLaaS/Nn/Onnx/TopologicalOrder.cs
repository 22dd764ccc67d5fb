namespace MicroLake.Nn.Onnx;

/// <summary>Puts nodes in an order in which each runs after those whose results it reads.</summary>
internal static class TopologicalOrder
{
    /// <summary>Kahn's algorithm; nodes that could run keep the file's order.</summary>
    /// <exception cref="ModelFormatException">Nodes wait for each other in a circle.</exception>
    public static GraphNode[] Sort(GraphNode[] nodes, ValueNames names)
    {
        int[] producer = new int[names.Count];
        Array.Fill(producer, -1);
        for (int i = 0; i < nodes.Length; i++)
            foreach (int value in nodes[i].Outputs)
                if (value >= 0)
                    producer[value] = i;

        int[] missing = new int[nodes.Length];
        var readers = new List<int>?[nodes.Length];
        for (int i = 0; i < nodes.Length; i++)
        {
            foreach (int value in nodes[i].Inputs)
            {
                if (value < 0 || producer[value] < 0)
                    continue;
                missing[i]++;
                (readers[producer[value]] ??= []).Add(i);
            }
        }

        var ready = new PriorityQueue<int, int>();
        for (int i = 0; i < nodes.Length; i++)
            if (missing[i] == 0)
                ready.Enqueue(i, i);
        var sorted = new List<GraphNode>(nodes.Length);
        while (ready.TryDequeue(out int next, out _))
        {
            sorted.Add(nodes[next]);
            foreach (int reader in readers[next] ?? [])
                if (--missing[reader] == 0)
                    ready.Enqueue(reader, reader);
        }

        if (sorted.Count == nodes.Length)
            return [.. sorted];
        int stuck = Array.FindIndex(missing, m => m > 0);
        throw new ModelFormatException("it waits, by way of other nodes, for its own result: the graph has a cycle. Export the model again.", nodes[stuck].Where);
    }
}
