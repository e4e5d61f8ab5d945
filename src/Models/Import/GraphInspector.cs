using ExpertCluster.Models.Checkpoints;
using ExpertCluster.Models.Onnx;
using ExpertCluster.Models.Onnx.Format;
using Google.Protobuf;

namespace ExpertCluster.Models.Import;

/// <summary>
/// Looks through a graph before a runtime does. An imported folder may come from elsewhere, with digests that fit what
/// somebody changed in it: no tensor may lie outside the folder's weight file, and nothing may be in the graph that our
/// own writer would not write.
/// </summary>
internal static class GraphInspector
{
    /// <summary>Bytes. Weights lie beside the graph, so the largest model's has a few megabytes.</summary>
    public const int Limit = 64 << 20;

    private static readonly HashSet<string> Domains = [string.Empty, GraphBuilder.Microsoft, FlatGraph.Domain];

    /// <returns>The constants that lie in the weights' file.</returns>
    public static IReadOnlyList<StoredTensor> Check(string name, byte[] bytes, long weightBytes) =>
        [.. Parse(name, bytes).Initializer.Select(tensor => CheckTensor(name, tensor, weightBytes)).OfType<StoredTensor>()];

    /// <returns>The shapes of its constants, all of which lie in it.</returns>
    public static IReadOnlyDictionary<string, IReadOnlyList<long>> CheckWhole(string name, byte[] bytes)
    {
        Dictionary<string, IReadOnlyList<long>> shapes = new(StringComparer.Ordinal);
        foreach (var tensor in Parse(name, bytes).Initializer)
        {
            if (CheckTensor(name, tensor, weightBytes: 0) is not null)
            {
                throw new CheckpointException(name, tensor.Name, "lies in another file");
            }

            shapes[tensor.Name] = [.. tensor.Dims];
        }

        return shapes;
    }

    private static GraphProto Parse(string name, byte[] bytes)
    {
        ModelProto model;
        try
        {
            model = ModelProto.Parser.ParseFrom(bytes);
            // Fields that our format does not have are kept by the one parser and dropped by the other.
            if (ModelProto.Parser.WithDiscardUnknownFields(true).ParseFrom(bytes).CalculateSize() != model.CalculateSize())
            {
                throw new CheckpointException(name, null, "has parts that no import writes");
            }
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new CheckpointException(name, null, "is not an ONNX model", e);
        }

        if (model.Graph is null)
        {
            throw new CheckpointException(name, null, "has no graph");
        }

        foreach (var node in model.Graph.Node)
        {
            if (!Domains.Contains(node.Domain))
            {
                throw new CheckpointException(name, node.Name, $"is of the unknown domain {node.Domain}");
            }
        }

        return model.Graph;
    }

    private static StoredTensor? CheckTensor(string file, TensorProto tensor, long weightBytes)
    {
        UInt128 length = tensor.DataType switch
        {
            (int)OnnxType.UInt8 => 1,
            (int)OnnxType.Float16 => 2,
            (int)OnnxType.Int64 => 8,
            (int)OnnxType.Float32 => 4,
            _ => throw new CheckpointException(file, tensor.Name, $"has element type {tensor.DataType}"),
        };
        foreach (long dimension in tensor.Dims)
        {
            if (dimension < 0 || (length *= (UInt128)dimension) > long.MaxValue)
            {
                throw new CheckpointException(file, tensor.Name, "has an absurd shape");
            }
        }

        if (tensor.ExternalData.Count == 0 && tensor.DataLocation == TensorProto.Types.DataLocation.Default)
        {
            if ((UInt128)tensor.RawData.Length != length)
            {
                throw new CheckpointException(file, tensor.Name, "has not the bytes that its shape asks for");
            }

            return null;
        }

        var place = tensor.ExternalData.GroupBy(e => e.Key).ToDictionary(g => g.Key, g => g.Last().Value);
        if (place.Count != 3 || tensor.ExternalData.Count != 3 || place.GetValueOrDefault("location") != ImportedModel.WeightsFile)
        {
            throw new CheckpointException(file, tensor.Name, $"lies elsewhere than in {ImportedModel.WeightsFile}");
        }

        if (!long.TryParse(place.GetValueOrDefault("offset"), out long offset)
            || !long.TryParse(place.GetValueOrDefault("length"), out long own)
            || offset < 0 || own < 0 || offset > weightBytes - own || ((UInt128)own != length && !IsHalves(tensor, (UInt128)own, length)))
        {
            throw new CheckpointException(file, tensor.Name, $"lies outside {ImportedModel.WeightsFile}");
        }

        var stored = (UInt128)own == length ? (OnnxType)tensor.DataType : OnnxType.Float16;
        return new StoredTensor(tensor.Name, (OnnxType)tensor.DataType, stored, [.. tensor.Dims], offset, own);
    }

    /// <summary>float16 that is to be widened: see <see cref="GraphBuilder.Widened"/>.</summary>
    private static bool IsHalves(TensorProto tensor, UInt128 own, UInt128 length) =>
        tensor.DataType == (int)OnnxType.Float32 && own * 2 == length;
}
