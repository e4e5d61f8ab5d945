using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace ExpertCluster.Reference;

/// <summary>Configuration and tensors of a checkpoint folder, read without any of the product's code. [outputs, inputs], row-major.</summary>
public sealed class ReferenceWeights
{
    private readonly Dictionary<string, float[]> _tensors = [];

    private ReferenceWeights(ReferenceConfig config) => Config = config;

    public ReferenceConfig Config { get; }

    public float[] this[string name] => _tensors[name];

    public bool Has(string name) => _tensors.ContainsKey(name);

    public static ReferenceWeights Load(string directory)
    {
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(directory, "config.json")))!;
        return Load(directory, new ReferenceConfig(config.AsObject()));
    }

    /// <summary>Tensors of a folder without a config.json, such as an adapter's.</summary>
    public static ReferenceWeights Load(string directory, ReferenceConfig config)
    {
        ReferenceWeights weights = new(config);
        foreach (string file in Directory.EnumerateFiles(directory, "*.safetensors"))
        {
            weights.Read(File.ReadAllBytes(file));
        }

        return weights;
    }

    private void Read(byte[] file)
    {
        int header = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        foreach ((string name, var entry) in JsonNode.Parse(file.AsSpan(8, header))!.AsObject())
        {
            if (name == "__metadata__")
            {
                continue;
            }

            (int from, int to) = ((int)entry!["data_offsets"]![0]!, (int)entry["data_offsets"]![1]!);
            _tensors.Add(name, Decode((string)entry["dtype"]!, file.AsSpan(8 + header + from, to - from)));
        }
    }

    private static float[] Decode(string type, ReadOnlySpan<byte> bytes) => type switch
    {
        "F32" => MemoryMarshal.Cast<byte, float>(bytes).ToArray(),
        "F16" => Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(bytes).ToArray(), h => (float)h),
        "BF16" => Array.ConvertAll(MemoryMarshal.Cast<byte, ushort>(bytes).ToArray(), u => BitConverter.UInt32BitsToSingle((uint)u << 16)),
        _ => throw new NotSupportedException(type),
    };
}
