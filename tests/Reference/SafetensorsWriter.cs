using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ExpertCluster.Reference;

/// <summary>Writes safetensors files for tests, well-formed ones and, through <see cref="WriteRaw"/>, any others.</summary>
public static class SafetensorsWriter
{
    /// <param name="path">The file to write.</param>
    /// <param name="tensors">Name, shape and values of each tensor.</param>
    /// <param name="type">F32, F16 or BF16; values are rounded to it.</param>
    public static void Write(string path, IEnumerable<(string Name, int[] Shape, float[] Values)> tensors, string type = "F32")
    {
        JsonObject header = new() { ["__metadata__"] = new JsonObject { ["format"] = "pt" } };
        using MemoryStream data = new();
        foreach ((string name, int[] shape, float[] values) in tensors)
        {
            long begin = data.Length;
            data.Write(Encode(values, type));
            header[name] = new JsonObject
            {
                ["dtype"] = type,
                ["shape"] = new JsonArray([.. shape.Select(d => JsonValue.Create(d))]),
                ["data_offsets"] = new JsonArray(begin, data.Length),
            };
        }

        WriteRaw(path, JsonSerializer.SerializeToUtf8Bytes(header), data.ToArray());
    }

    public static void WriteRaw(string path, ReadOnlySpan<byte> header, ReadOnlySpan<byte> data)
    {
        using var file = File.Create(path);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        file.Write(length);
        file.Write(header);
        file.Write(data);
    }

    private static byte[] Encode(float[] values, string type) => type switch
    {
        "F32" => MemoryMarshal.AsBytes<float>(values).ToArray(),
        "F16" => MemoryMarshal.AsBytes<Half>(values.Select(v => (Half)v).ToArray()).ToArray(),
        "BF16" => MemoryMarshal.AsBytes<ushort>(values.Select(v => (ushort)(BitConverter.SingleToUInt32Bits(v) >> 16)).ToArray()).ToArray(),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };
}
