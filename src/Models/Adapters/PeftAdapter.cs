using ExpertCluster.Models.Architecture;
using ExpertCluster.Models.Checkpoints;

namespace ExpertCluster.Models.Adapters;

/// <summary>Reads a PEFT folder (adapter_config.json, adapter_model.safetensors) for one base.</summary>
public static class PeftAdapter
{
    public const string TensorFile = PeftTensors.File;

    /// <summary>
    /// Loads an adapter: 1. read the configuration; 2. check that the file holds exactly the tensors that it implies, with
    /// the base's dimensions; 3. lay them out by fused site, the scale multiplied into B.
    /// </summary>
    /// <param name="directory">The PEFT folder.</param>
    /// <param name="shape">The base that the adapter is to run on.</param>
    /// <exception cref="CheckpointException">Missing or malformed files, a variant that is not supported, another base.</exception>
    public static AdapterWeights Load(string directory, ModelShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        // 1.
        CheckpointFolder folder = new(directory);
        var config = PeftConfig.Read(folder);
        var targets = config.Targets;
        // 2.
        using var tensors = PeftTensors.Open(folder);
        var modules = targets.Choose(PeftModule.All(shape), module => tensors.Contains(module.TensorA));
        CheckNames(modules, tensors);
        foreach (var module in modules)
        {
            CheckShapes(module, config.RankOf(module.Path), shape, tensors);
        }
        // 3.
        int rank = modules.Max(m => config.RankOf(m.Path));
        SiteWeights?[][] layers = [.. Enumerable.Range(0, shape.Layers).Select(_ => new SiteWeights?[LoraSites.All.Count])];
        foreach (var module in modules)
        {
            ref var site = ref layers[module.Layer][(int)module.Site];
            site ??= Allocate(module.Site, rank, shape);
            Fill(site, module, rank, config, shape, tensors);
        }

        return new AdapterWeights { Rank = rank, Digest = AdapterDigest.Of(rank, layers), Layers = layers };
    }

    private static void CheckNames(List<PeftModule> modules, PeftTensors tensors)
    {
        HashSet<string> expected = new(modules.SelectMany(m => new[] { m.TensorA, m.TensorB }), StringComparer.Ordinal);
        foreach (string name in tensors.Names)
        {
            if (!expected.Contains(name))
            {
                throw new CheckpointException(TensorFile, name, ForeignTensor.Explain(name) ?? $"belongs to no module of this base that {PeftConfig.File} targets");
            }
        }

        foreach (string name in expected)
        {
            if (!tensors.Contains(name))
            {
                throw new CheckpointException(TensorFile, name, $"is missing, though {PeftConfig.File} targets its module");
            }
        }
    }

    private static void CheckShapes(PeftModule module, int rank, ModelShape shape, PeftTensors tensors)
    {
        int inputs = module.Site.InputWidth(shape);
        int outputs = module.Site.Segments(shape)[module.Segment];
        Check(module.TensorA, [rank, inputs], 0);
        Check(module.TensorB, [outputs, rank], 1);

        void Check(string name, long[] expected, int rankAxis)
        {
            var info = tensors.Info(name);
            if (info.Shape.SequenceEqual(expected))
            {
                return;
            }

            bool onlyRank = info.Shape.Count == 2 && info.Shape[1 - rankAxis] == expected[1 - rankAxis];
            string reason = onlyRank ? $"{PeftConfig.File} gives it rank {rank}" : "the adapter is for another base";
            string shapes = $"has shape {info.ShapeText}, not {TensorInfo.ShapeToText(expected)}";
            throw new CheckpointException(TensorFile, name, $"{shapes}: {reason}");
        }
    }

    private static SiteWeights Allocate(LoraSite site, int rank, ModelShape shape) =>
        new(new float[site.Segments(shape).Count * rank * site.InputWidth(shape)], new float[rank * site.OutputWidth(shape)]);

    private static void Fill(SiteWeights site, PeftModule module, int rank, PeftConfig config, ModelShape shape, PeftTensors tensors)
    {
        int own = config.RankOf(module.Path);
        int inputs = module.Site.InputWidth(shape);
        var widths = module.Site.Segments(shape);
        int outputs = widths[module.Segment];
        int first = widths.Take(module.Segment).Sum();
        int all = widths.Sum();
        tensors.Read(module.TensorA, 0, site.A.AsSpan(module.Segment * rank * inputs, own * inputs));
        float[] b = new float[outputs * own];
        tensors.Read(module.TensorB, 0, b);
        float scale = (float)config.ScaleOf(module.Path);
        for (int o = 0; o < outputs; o++)
        {
            for (int i = 0; i < own; i++)
            {
                float value = b[(o * own) + i] * scale;
                if (!float.IsFinite(value))
                {
                    throw new CheckpointException(TensorFile, module.TensorB, $"overflows when scaled by {scale}");
                }

                site.B[(i * all) + first + o] = value;
            }
        }
    }
}
