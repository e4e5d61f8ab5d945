using ExpertCluster.Models.Adapters;
using ExpertCluster.Models.Architecture;
using ExpertCluster.Models.Checkpoints;
using ExpertCluster.Models.Import;

namespace ExpertCluster.Models.Onnx;

/// <summary>
/// Writes a checkpoint's tensors in the form the graphs read: projections of one input side by side, and either
/// transposed to [inputs, outputs] for MatMul, or quantised in place for MatMulNBits.
/// </summary>
internal static class LlamaWeights
{
    public const string Embedding = "embedding";
    public const string FinalNorm = "norm";
    public const string Head = "head";
    public const string Cos = "cos";
    public const string Sin = "sin";

    public static string InputNorm(int layer) => $"{layer}.norm1";

    public static string AttentionNorm(int layer) => $"{layer}.norm2";

    public static string Site(int layer, LoraSite site) => $"{layer}.{site.GraphName()}";

    public static string Quantised(string name) => $"{name}.q";

    public static string Scales(string name) => $"{name}.s";

    public static void Write(LlamaCheckpoint checkpoint, Quantization quantization, WeightFile file)
    {
        ModelShape shape = checkpoint.Shape;
        CopyRows(checkpoint, LlamaTensors.Embedding, Embedding, shape.Vocabulary, shape.Hidden, file);
        (float[] cos, float[] sin) = RotaryTables.Build(shape.MaxPositions, shape.HeadDimension, shape.RopeTheta);
        file.Add(Cos, cos, shape.MaxPositions, shape.HeadDimension / 2);
        file.Add(Sin, sin, shape.MaxPositions, shape.HeadDimension / 2);
        for (int layer = 0; layer < shape.Layers; layer++)
        {
            file.Add(InputNorm(layer), checkpoint.Read(LlamaTensors.InputNorm(layer)), shape.Hidden);
            file.Add(AttentionNorm(layer), checkpoint.Read(LlamaTensors.AttentionNorm(layer)), shape.Hidden);
            foreach (LoraSite site in LoraSites.All)
            {
                FusedProjection projection = new(Site(layer, site), Tensors(site, layer), site.InputWidth(shape), site.Segments(shape));
                Projection(checkpoint, projection, quantization, file);
            }
        }

        file.Add(FinalNorm, checkpoint.Read(LlamaTensors.FinalNorm), shape.Hidden);
        string head = shape.TiedEmbeddings ? LlamaTensors.Embedding : LlamaTensors.Head;
        if (quantization != Quantization.None)
            Projection(checkpoint, new FusedProjection(Head, [head], shape.Hidden, [shape.Vocabulary]), quantization, file);
        else if (!shape.TiedEmbeddings)
            CopyRows(checkpoint, head, Head, shape.Vocabulary, shape.Hidden, file);
    }

    /// <summary>The checkpoint's tensors that make up a fused site.</summary>
    public static IReadOnlyList<string> Tensors(LoraSite site, int layer) => site switch
    {
        LoraSite.QueryKeyValue => [LlamaTensors.Query(layer), LlamaTensors.Key(layer), LlamaTensors.Value(layer)],
        LoraSite.Output => [LlamaTensors.Output(layer)],
        LoraSite.GateUp => [LlamaTensors.Gate(layer), LlamaTensors.Up(layer)],
        LoraSite.Down => [LlamaTensors.Down(layer)],
        _ => throw new ArgumentOutOfRangeException(nameof(site), site, null),
    };

    private static void Projection(LlamaCheckpoint checkpoint, FusedProjection projection, Quantization quantization, WeightFile file)
    {
        if (quantization == Quantization.None) Transposed(checkpoint, projection, file);
        else QuantisedProjection.Write(checkpoint, projection, quantization, file);
    }

    private static void CopyRows(LlamaCheckpoint checkpoint, string tensor, string name, int rows, int columns, WeightFile file)
    {
        file.Begin(name, OnnxType.Float32, rows, columns);
        int most = Math.Max(1, (1 << 22) / columns);
        float[] buffer = new float[most * columns];
        for (int row = 0; row < rows; row += most)
        {
            Span<float> part = buffer.AsSpan(0, Math.Min(most, rows - row) * columns);
            checkpoint.Read(tensor, (long)row * columns, part);
            file.Append(part);
        }
    }

    private static void Transposed(LlamaCheckpoint checkpoint, FusedProjection projection, WeightFile file)
    {
        (string name, IReadOnlyList<string> tensors, int inputs, IReadOnlyList<int> outputs) = projection;
        float[] fused = new float[(long)inputs * projection.Width];
        int first = 0;
        for (int part = 0; part < tensors.Count; part++)
        {
            float[] source = checkpoint.Read(tensors[part]);
            Transpose(source, outputs[part], inputs, fused.AsSpan(first), projection.Width);
            first += outputs[part];
        }

        file.Add(name, fused, inputs, projection.Width);
    }

    /// <summary>[rows, columns] into [columns, stride], in blocks that stay in the cache.</summary>
    private static void Transpose(ReadOnlySpan<float> source, int rows, int columns, Span<float> target, int stride)
    {
        const int Block = 32;
        for (int r0 = 0; r0 < rows; r0 += Block)
            for (int c0 = 0; c0 < columns; c0 += Block)
                for (int c = c0; c < Math.Min(c0 + Block, columns); c++)
                    for (int r = r0; r < Math.Min(r0 + Block, rows); r++)
                        target[(c * stride) + r] = source[(r * columns) + c];
    }
}
