using System.Runtime.CompilerServices;

namespace MicroLake.Benchmarks.Runtime;

/// <summary>An object of 64 bytes that dies at once, its share of the collections included.</summary>
public sealed class Allocation() : BatchBenchmark("runtime.alloc_64", "allocating an object of 64 bytes", batch: 20_000)
{
    private Block? _kept;

    protected override void Operate(long count)
    {
        while (count-- > 0)
            Volatile.Write(ref _kept, new Block());
    }

    /// <summary>Header and method table take 16 bytes.</summary>
    private sealed class Block
    {
        public Longs Payload { get; init; }

        [InlineArray(6)]
        public struct Longs
        {
            private long _first;
        }
    }
}
