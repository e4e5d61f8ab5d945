using ExpertCluster.Inference.Kernels.Attention;
using ExpertCluster.Inference.Kernels.Elements;
using ExpertCluster.Inference.Kernels.Vectors;
using ExpertCluster.Models.Architecture;

namespace ExpertCluster.Inference.Stepping;

/// <summary>What a runner will reserve beside the base's weights, to be compared with a budget before it is opened.</summary>
public static class StepRunnerMemory
{
    /// <summary>Bytes of the KV cache: keys and values of every layer, slot and position.</summary>
    public static long CacheBytes(ModelShape shape, StepRunnerOptions options)
    {
        StepRunnerOptionsValidator.Require(options, shape);
        return checked(2L * shape.Layers * options.Slots * shape.KeyValueHeads * Layout(shape, options, opaque: options.Provider == ExecutionProvider.Cpu).HeadSize);
    }

    /// <summary>Bytes of the adapter stacks at full capacity.</summary>
    public static long AdapterBytes(ModelShape shape, StepRunnerOptions options)
    {
        StepRunnerOptionsValidator.Require(options, shape);
        long widths = LoraSites.All.Sum(site => ((long)site.Segments(shape).Count * site.InputWidth(shape)) + site.OutputWidth(shape));
        return checked((long)shape.Layers * options.AdapterCapacity * options.AdapterRank * widths * options.AdapterType.Size());
    }

    internal static int ContextLength(ModelShape shape, StepRunnerOptions options) =>
        options.ContextLength == 0 ? shape.MaxPositions : options.ContextLength;

    /// <summary>A slot has whole blocks, as SlotAttention keeps keys; the library's operator has longer heads than some models.</summary>
    internal static CacheLayout Layout(ModelShape shape, StepRunnerOptions options, bool opaque) => new(
        options.KvCacheType,
        opaque ? shape.HeadDimension : shape.PaddedHeadDimension,
        (ContextLength(shape, options) + Lanes.Count - 1) / Lanes.Count * Lanes.Count);
}
