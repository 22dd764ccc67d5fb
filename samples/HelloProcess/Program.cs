Console.WriteLine($"Hello from a process, {(args.Length > 0 ? string.Join(' ', args) : "world")}!");
Console.WriteLine($"I have {Environment.ProcessorCount} processors and {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20} MiB of memory to myself.");
