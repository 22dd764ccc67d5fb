using MicroLake.Nn.Kernels;

namespace MicroLake.Nn.FixedPoint;

/// <summary>
/// Bounds of what a block of whole numbers can give, whatever its inputs: interval arithmetic over the numbers in the block, step by step as the kernels
/// compute, with their rounding. Inputs have bounds because the kernels take them to their ranges.
/// </summary>
/// <remarks>It trusts nothing of the plan: where a sum could leave the range that the kernels keep it in, there are no bounds.</remarks>
internal static unsafe class PlanBounds
{
    /// <summary>Least and greatest sum behind the last layer, which is what a decision is made of; null: a sum can overflow.</summary>
    public static (long Least, long Most)? Of(PackedView network)
    {
        long least = 0, most = 0;
        for (int unit = 0; unit < network.Units; unit++)
        {
            long low = *network.Bias(unit), high = low;
            for (int i = 0; i < network.Features; i++)
            {
                if (network.Masks[i] == 0)
                    continue;
                // A feature is from 0 to this.
                long change = *network.Weight(unit, i) * network.ToValue(i, network.Most[i]);
                (low, high) = (low + Math.Min(change, 0), high + Math.Max(change, 0));
            }

            if (low < int.MinValue || high > int.MaxValue)
                return null;
            long share = *network.Share(unit);
            long a = share * Math.Max(low >> PackedNetwork.SumShift, 0), b = share * Math.Max(high >> PackedNetwork.SumShift, 0);
            (least, most) = (least + Math.Min(a, b), most + Math.Max(a, b));
        }

        return least < int.MinValue || most > int.MaxValue ? null : (least, most);
    }

    /// <summary>Least and greatest number that comes out first; null: a sum can overflow.</summary>
    public static (float Least, float Most)? Of(FixedNetwork* network)
    {
        var block = (byte*)network;
        var x = new (long Least, long Most)[network->Inputs];
        var bounds = (short*)(block + network->InputBounds);
        for (int i = 0; i < x.Length; i++)
            x[i] = (bounds[2 * i], bounds[2 * i + 1]);

        var layer = (FixedLayer*)(block + network->FirstLayer);
        for (int i = 0; i < network->Layers; i++, layer++)
        {
            long greatest = layer->Kernel <= FixedKernel.High16 ? short.MaxValue : int.MaxValue;
            bool isLast = i == network->Layers - 1;
            var y = new (long Least, long Most)[layer->Outputs];
            for (int o = 0; o < y.Length; o++)
            {
                long low = FixedKernels.ReferenceBias(block, layer, o), high = low;
                for (int j = 0; j < x.Length; j++)
                {
                    long a = FixedKernels.ReferenceProduct(block, layer, j, o, x[j].Least), b = FixedKernels.ReferenceProduct(block, layer, j, o, x[j].Most);
                    (low, high) = (low + Math.Min(a, b), high + Math.Max(a, b));
                }

                if (low < -greatest - 1 || high > greatest)
                    return null;
                if (layer->Relu != 0)
                    (low, high) = (Math.Max(low, 0), Math.Max(high, 0));
                y[o] = isLast ? (low, high) : (low >> layer->Shift, high >> layer->Shift);
                if (!isLast && (y[o].Least < short.MinValue || y[o].Most > short.MaxValue))
                    return null;
            }

            x = y;
        }

        return (x[0].Least * network->OutputScale, x[0].Most * network->OutputScale);
    }
}
