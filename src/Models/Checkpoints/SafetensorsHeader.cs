using System.Buffers.Binary;
using System.Text.Json;

namespace ExpertCluster.Models.Checkpoints;

/// <summary>
/// The header of a safetensors file (8 bytes of length, then JSON, then the tensors), checked as a whole before any
/// tensor is read: the tensors must lie side by side, without overlap or gap, and fill the file to its last byte.
/// </summary>
internal static class SafetensorsHeader
{
    /// <summary>Bytes; the limit of the format's own implementation.</summary>
    public const long Limit = 100_000_000;

    private const int MaxDimensions = 8;

    /// <summary>Checks the length field against the file's length; returns the number of JSON bytes after it.</summary>
    public static int Length(string file, ReadOnlySpan<byte> prefix, long fileLength)
    {
        if (prefix.Length < 8)
        {
            throw new CheckpointException(file, "header", $"the file has {fileLength} bytes, fewer than 8");
        }

        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > Limit)
        {
            throw new CheckpointException(file, "header", $"its length field says {length}, the limit is {Limit}");
        }

        if ((long)length > fileLength - 8)
        {
            throw new CheckpointException(file, "header", $"its length field says {length}, the file has {fileLength} bytes");
        }

        return (int)length;
    }

    public static Dictionary<string, TensorInfo> Parse(string file, ReadOnlyMemory<byte> json, long fileLength)
    {
        var fields = JsonFile.ParseObject(file, json, "header");
        long start = 8 + json.Length;
        Dictionary<string, TensorInfo> tensors = new(StringComparer.Ordinal);
        foreach (var property in fields.Root.EnumerateObject())
        {
            if (property.Name == "__metadata__")
            {
                continue;
            }

            tensors.Add(property.Name, ParseTensor(file, property, start, fileLength));
        }

        CheckLayout(file, tensors.Values, start, fileLength);
        return tensors;
    }

    private static TensorInfo ParseTensor(string file, JsonProperty property, long start, long fileLength)
    {
        string name = property.Name;
        if (property.Value.ValueKind != JsonValueKind.Object)
        {
            throw new CheckpointException(file, name, "must be a JSON object");
        }

        JsonFields entry = new(file, property.Value);
        if (!TensorTypes.TryParse(entry.Text("dtype"), out var type))
        {
            throw new CheckpointException(file, name, $"dtype {entry.Text("dtype") ?? "none"} is not one of F32, F16, BF16");
        }

        long[] shape = Numbers(file, name, entry, "shape", MaxDimensions);
        long[] span = Numbers(file, name, entry, "data_offsets", 2);
        if (span.Length != 2 || span[0] > span[1] || span[1] > fileLength - start)
        {
            string offsets = TensorInfo.ShapeToText(span);
            throw new CheckpointException(file, name, $"data_offsets {offsets} are outside the file's {fileLength - start} data bytes");
        }

        UInt128 elements = 1;
        foreach (long dimension in shape)
        {
            elements *= (UInt128)dimension;
            // Past this no file could hold it; and the product cannot overflow 128 bits on the way.
            if (elements > long.MaxValue)
            {
                throw new CheckpointException(file, name, $"shape {TensorInfo.ShapeToText(shape)} overflows");
            }
        }

        if (elements * (UInt128)type.Size() != (UInt128)(span[1] - span[0]))
        {
            throw new CheckpointException(file, name, $"shape {TensorInfo.ShapeToText(shape)} does not fill its {span[1] - span[0]} bytes");
        }

        return new TensorInfo(name, type, shape, (long)elements, start + span[0]);
    }

    private static long[] Numbers(string file, string name, JsonFields entry, string field, int most)
    {
        if (!entry.TryGet(field, out var value) || value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > most)
        {
            throw new CheckpointException(file, name, $"{field} must be a list of at most {most} numbers");
        }

        long[] numbers = new long[value.GetArrayLength()];
        for (int i = 0; i < numbers.Length; i++)
        {
            var item = value[i];
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out numbers[i]) || numbers[i] < 0)
            {
                throw new CheckpointException(file, name, $"{field} has {JsonFields.Show(item)}, which is no count");
            }
        }

        return numbers;
    }

    private static void CheckLayout(string file, IEnumerable<TensorInfo> tensors, long start, long fileLength)
    {
        long end = start;
        foreach (var tensor in tensors.OrderBy(t => t.Offset).ThenBy(t => t.ByteLength))
        {
            if (tensor.Offset < end)
            {
                throw new CheckpointException(file, tensor.Name, "overlaps another tensor");
            }

            if (tensor.Offset > end)
            {
                throw new CheckpointException(file, tensor.Name, $"leaves a gap of {tensor.Offset - end} bytes before it");
            }

            end += tensor.ByteLength;
        }

        if (end != fileLength)
        {
            throw new CheckpointException(file, "header", $"{fileLength - end} bytes after the last tensor belong to none");
        }
    }
}
