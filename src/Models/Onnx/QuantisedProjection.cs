using ExpertCluster.Models.Checkpoints;
using ExpertCluster.Models.Families;

namespace ExpertCluster.Models.Onnx;

/// <summary>
/// Weights for MatMulNBits: [outputs, inputs / 32, 32 * bits / 8] bytes and one float32 scale a block. That is the
/// checkpoint's own order, so rows stream through without a transposition.
/// </summary>
internal static class QuantisedProjection
{
    private const int RowsAtATime = 256;

    public static void Write(ModelCheckpoint checkpoint, FusedProjection projection, Quantization quantization, WeightFile file)
    {
        (string name, var tensors, int inputs, var outputs) = projection;
        if (inputs % BlockQuantiser.Block != 0)
        {
            string problem = $"{inputs} inputs are no multiple of {BlockQuantiser.Block}, so it cannot be quantised";
            throw new CheckpointException(checkpoint.Folder.Name, tensors[0], problem);
        }

        int blocks = inputs / BlockQuantiser.Block;
        int width = projection.Width;
        int bits = quantization.Bits();
        int blockBytes = BlockQuantiser.Block * bits / 8;
        float[] scales = new float[(long)width * blocks];
        file.Begin(GraphWeights.Quantised(name), OnnxType.UInt8, width, blocks, blockBytes);
        float[] rows = new float[RowsAtATime * inputs];
        byte[] packed = new byte[RowsAtATime * blocks * blockBytes];
        int done = 0;
        for (int part = 0; part < tensors.Count; part++)
        {
            for (int row = 0; row < outputs[part]; row += RowsAtATime)
            {
                int count = Math.Min(RowsAtATime, outputs[part] - row);
                var source = rows.AsSpan(0, count * inputs);
                checkpoint.Read(tensors[part], (long)row * inputs, source);
                var bytes = packed.AsSpan(0, count * blocks * blockBytes);
                BlockQuantiser.Quantise(source, bits, bytes, scales.AsSpan(done * blocks, count * blocks));
                file.Append(bytes);
                done += count;
            }
        }

        file.Add(GraphWeights.Scales(name), scales, scales.Length);
    }
}
