using ExpertCluster.Models.Architecture;
using ExpertCluster.Models.Architecture.Rope;
using ExpertCluster.Models.Families;

namespace ExpertCluster.Models.Onnx;

/// <summary>
/// Writes a checkpoint's tensors in the form the graphs read: projections of one input side by side, and either
/// transposed to [inputs, outputs] for MatMul, or quantised in place for MatMulNBits.
/// </summary>
internal static class GraphWeights
{
    public const string Embedding = "embedding";
    public const string FinalNorm = "norm";
    public const string Head = "head";
    public const string Cos = "cos";
    public const string Sin = "sin";

    public static string InputNorm(int layer) => $"{layer}.norm1";

    public static string FeedForwardNorm(int layer) => $"{layer}.norm2";

    public static string PostAttentionNorm(int layer) => $"{layer}.norm1.post";

    public static string PostFeedForwardNorm(int layer) => $"{layer}.norm2.post";

    public static string QueryNorm(int layer) => $"{layer}.norm.q";

    public static string KeyNorm(int layer) => $"{layer}.norm.k";

    public static string Bias(int layer, LoraSite site) => $"{Site(layer, site)}.bias";

    public static string Site(int layer, LoraSite site) => $"{layer}.{site.GraphName()}";

    public static string Quantised(string name) => $"{name}.q";

    public static string Scales(string name) => $"{name}.s";

    public static void Write(ModelCheckpoint checkpoint, Quantization quantization, WeightFile file)
    {
        var model = checkpoint.Architecture;
        var shape = model.Shape;
        CopyRows(checkpoint, CheckpointTensors.Embedding, Embedding, shape.Vocabulary, shape.Hidden, quantization, file);
        (float[] cos, float[] sin) = RotaryTables.Build(model.Rotary, shape.MaxPositions);
        file.Add(Cos, cos, shape.MaxPositions, model.Rotary.Dimension / 2);
        file.Add(Sin, sin, shape.MaxPositions, model.Rotary.Dimension / 2);
        for (int layer = 0; layer < shape.Layers; layer++)
        {
            Norms(checkpoint, layer, file);
            foreach (var site in LoraSites.All)
            {
                var tensors = CheckpointTensors.Weights(shape, site, layer);
                FusedProjection projection = new(Site(layer, site), tensors, site.InputWidth(shape), site.Segments(shape));
                Projection(checkpoint, projection, quantization, file);
                if (!model.Biases.Contains(site))
                {
                    continue;
                }

                float[] bias = [.. CheckpointTensors.Biases(shape, site, layer).SelectMany(checkpoint.Read)];
                file.Add(Bias(layer, site), bias, bias.Length);
            }
        }

        Norm(checkpoint, FinalNorm, CheckpointTensors.FinalNorm, file);
        string head = shape.TiedEmbeddings ? CheckpointTensors.Embedding : CheckpointTensors.Head;
        if (quantization.IsBlocks())
        {
            Projection(checkpoint, new FusedProjection(Head, [head], shape.Hidden, [shape.Vocabulary]), quantization, file);
        }
        else if (!shape.TiedEmbeddings)
        {
            CopyRows(checkpoint, head, Head, shape.Vocabulary, shape.Hidden, quantization, file);
        }
    }

    private static void Norms(ModelCheckpoint checkpoint, int layer, WeightFile file)
    {
        var model = checkpoint.Architecture;
        Norm(checkpoint, InputNorm(layer), CheckpointTensors.InputNorm(layer), file);
        Norm(checkpoint, FeedForwardNorm(layer), CheckpointTensors.FeedForwardNorm(model, layer), file);
        if (model.PostNorms)
        {
            Norm(checkpoint, PostAttentionNorm(layer), CheckpointTensors.PostAttentionNorm(layer), file);
            Norm(checkpoint, PostFeedForwardNorm(layer), CheckpointTensors.PostFeedForwardNorm(layer), file);
        }

        if (!model.QueryKeyNorms)
        {
            return;
        }

        Norm(checkpoint, QueryNorm(layer), CheckpointTensors.QueryNorm(layer), file);
        Norm(checkpoint, KeyNorm(layer), CheckpointTensors.KeyNorm(layer), file);
    }

    private static void Norm(ModelCheckpoint checkpoint, string name, string tensor, WeightFile file)
    {
        double offset = checkpoint.Architecture.NormOffset;
        float[] weights = [.. checkpoint.Read(tensor).Select(w => (float)(w + offset))];
        file.Add(name, weights, weights.Length);
    }

    private static void Projection(ModelCheckpoint checkpoint, FusedProjection projection, Quantization quantization, WeightFile file)
    {
        if (quantization.IsBlocks())
        {
            QuantisedProjection.Write(checkpoint, projection, quantization, file);
        }
        else
        {
            Transposed(checkpoint, projection, quantization, file);
        }
    }

    private static void CopyRows(
        ModelCheckpoint checkpoint, string tensor, string name, int rows, int columns, Quantization quantization, WeightFile file)
    {
        bool halves = quantization == Quantization.F16;
        file.Begin(name, halves ? OnnxType.Float16 : OnnxType.Float32, rows, columns);
        HalfTensor half = new(checkpoint.Folder.Name, tensor);
        int most = Math.Max(1, (1 << 22) / columns);
        float[] buffer = new float[most * columns];
        var rounded = halves ? new Half[buffer.Length] : [];
        for (int row = 0; row < rows; row += most)
        {
            var part = buffer.AsSpan(0, Math.Min(most, rows - row) * columns);
            checkpoint.Read(tensor, (long)row * columns, part);
            if (!halves)
            {
                file.Append(part);
                continue;
            }

            half.Round(part, rounded);
            file.Append(rounded.AsSpan(0, part.Length));
        }

        half.Finish();
    }

    private static void Transposed(ModelCheckpoint checkpoint, FusedProjection projection, Quantization quantization, WeightFile file)
    {
        if (quantization == Quantization.F16)
        {
            TransposedHalves(checkpoint, projection, file);
            return;
        }

        (string name, var tensors, int inputs, var outputs) = projection;
        float[] fused = new float[(long)inputs * projection.Width];
        int first = 0;
        for (int part = 0; part < tensors.Count; part++)
        {
            float[] source = checkpoint.Read(tensors[part]);
            Transpose<float>(source, outputs[part], inputs, fused.AsSpan(first), projection.Width);
            first += outputs[part];
        }

        file.Add(name, fused, inputs, projection.Width);
    }

    private static void TransposedHalves(ModelCheckpoint checkpoint, FusedProjection projection, WeightFile file)
    {
        (string name, var tensors, int inputs, var outputs) = projection;
        var fused = new Half[(long)inputs * projection.Width];
        int first = 0;
        for (int part = 0; part < tensors.Count; part++)
        {
            float[] source = checkpoint.Read(tensors[part]);
            var rounded = new Half[source.Length];
            HalfTensor half = new(checkpoint.Folder.Name, tensors[part]);
            half.Round(source, rounded);
            half.Finish();
            Transpose<Half>(rounded, outputs[part], inputs, fused.AsSpan(first), projection.Width);
            first += outputs[part];
        }

        file.Begin(name, OnnxType.Float16, inputs, projection.Width);
        file.Append(fused);
    }

    /// <summary>[rows, columns] into [columns, stride], in blocks that stay in the cache.</summary>
    private static void Transpose<T>(ReadOnlySpan<T> source, int rows, int columns, Span<T> target, int stride)
    {
        const int Block = 32;
        for (int r0 = 0; r0 < rows; r0 += Block)
        {
            for (int c0 = 0; c0 < columns; c0 += Block)
            {
                for (int c = c0; c < Math.Min(c0 + Block, columns); c++)
                {
                    for (int r = r0; r < Math.Min(r0 + Block, rows); r++)
                    {
                        target[(c * stride) + r] = source[(r * columns) + c];
                    }
                }
            }
        }
    }
}
