using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Apis.OpenAi;

namespace ExpertCluster.Router.Apis.KServe;

/// <summary>Input tensors as fields: one value each, or a few texts. Their shapes, types and sizes are checked before anything is read.</summary>
internal static class TensorValue
{
    /// <summary>Of texts in one tensor, as many as a request may have to stop at.</summary>
    private const int MostElements = 16;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>How many elements a shape has.</summary>
    /// <exception cref="RequestFailedException">InvalidArgument, naming the tensor: it has none, or more than are taken.</exception>
    public static int CountOf(string name, IReadOnlyList<long> shape)
    {
        bool isList = name == "stop";
        long count = 1;
        foreach (long size in shape)
        {
            count = size is >= 0 and <= MostElements ? Math.Min(count * size, MostElements + 1) : -1;
            if (count < 0)
            {
                break;
            }
        }

        return count is >= 1 and <= MostElements && shape.Count <= 2 && (count == 1 || isList)
            ? (int)count
            : throw Wrong(name, $"has the shape [{string.Join(", ", shape.Take(4))}{(shape.Count > 4 ? ", ..." : "")}]; {(isList ? $"1 to {MostElements} elements are" : "one element is")} taken");
    }

    /// <summary>A tensor's elements as one value.</summary>
    public static JsonNode Join(string name, IReadOnlyList<JsonNode?> elements, int count)
    {
        if (elements.Count != count)
        {
            throw Wrong(name, $"has {elements.Count} elements, and its shape has {count}");
        }

        return count == 1 ? elements[0] ?? throw Wrong(name, "has an element that is null") : new JsonArray([.. elements]);
    }

    /// <summary>Elements as they lie in memory, little-endian; texts behind their lengths of 32 bits.</summary>
    /// <exception cref="RequestFailedException">InvalidArgument, naming the tensor: the bytes are not as many as its type and shape say.</exception>
    public static JsonNode ReadRaw(string name, string datatype, int count, ReadOnlySpan<byte> bytes)
    {
        List<JsonNode?> elements = [];
        for (int i = 0; i < count; i++)
        {
            int prefix = datatype == "BYTES" ? sizeof(uint) : 0;
            long size = prefix == 0 ? SizeOf(name, datatype) : bytes.Length >= prefix ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : long.MaxValue;
            if (size > bytes.Length - prefix)
            {
                throw Wrong(name, "has fewer bytes than its type and shape say");
            }

            elements.Add(ReadOne(name, datatype, bytes.Slice(prefix, (int)size)));
            bytes = bytes[(prefix + (int)size)..];
        }

        return bytes.IsEmpty ? Join(name, elements, count) : throw Wrong(name, "has more bytes than its type and shape say");
    }

    public static JsonNode ReadText(string name, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return JsonValue.Create(Strict.GetString(bytes));
        }
        catch (DecoderFallbackException)
        {
            throw Wrong(name, "is not valid UTF-8");
        }
    }

    /// <summary>What is no number that JSON knows is no field's value.</summary>
    public static JsonNode ReadNumber(string name, double number) => double.IsFinite(number) ? JsonValue.Create(number) : throw Wrong(name, $"is {number.ToString(CultureInfo.InvariantCulture)}; it must be finite");

    public static RequestFailedException Wrong(string name, string problem) => JsonFields.Wrong(RequestLimits.Shorten(name), problem);

    public static RequestFailedException WrongType(string name, string datatype) =>
        Wrong(name, $"is of type \"{RequestLimits.Shorten(datatype)}\"; known are BYTES, BOOL, INT8 to INT64, UINT8 to UINT64, FP32 and FP64");

    private static int SizeOf(string name, string datatype) => datatype switch
    {
        "BOOL" or "INT8" or "UINT8" => 1,
        "INT16" or "UINT16" => 2,
        "INT32" or "UINT32" or "FP32" => 4,
        "INT64" or "UINT64" or "FP64" => 8,
        _ => throw WrongType(name, datatype),
    };

    private static JsonNode ReadOne(string name, string datatype, ReadOnlySpan<byte> bytes) => datatype switch
    {
        "BYTES" => ReadText(name, bytes),
        "BOOL" => JsonValue.Create(bytes[0] != 0),
        "INT8" => JsonValue.Create((sbyte)bytes[0]),
        "UINT8" => JsonValue.Create(bytes[0]),
        "INT16" => JsonValue.Create(BinaryPrimitives.ReadInt16LittleEndian(bytes)),
        "UINT16" => JsonValue.Create(BinaryPrimitives.ReadUInt16LittleEndian(bytes)),
        "INT32" => JsonValue.Create(BinaryPrimitives.ReadInt32LittleEndian(bytes)),
        "UINT32" => JsonValue.Create(BinaryPrimitives.ReadUInt32LittleEndian(bytes)),
        "INT64" => JsonValue.Create(BinaryPrimitives.ReadInt64LittleEndian(bytes)),
        "UINT64" => JsonValue.Create(BinaryPrimitives.ReadUInt64LittleEndian(bytes)),
        "FP32" => ReadSingle(name, BinaryPrimitives.ReadSingleLittleEndian(bytes)),
        "FP64" => ReadNumber(name, BinaryPrimitives.ReadDoubleLittleEndian(bytes)),
        _ => throw WrongType(name, datatype),
    };

    /// <summary>By its own shortest digits: 0.7 stays 0.7.</summary>
    public static JsonNode ReadSingle(string name, float number) => float.IsFinite(number) ? JsonValue.Create(number) : ReadNumber(name, number);
}
