using System.Buffers.Binary;
using System.Text.Json.Nodes;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Drills.Support;

/// <summary>Two bases of one tokenizer and different weights, with an expert each. Every host runs both.</summary>
internal sealed class TwoBases : IDisposable
{
    /// <summary>On the demo's base, of which the likelier expert is.</summary>
    public const string First = "finance";

    /// <summary>On the other one.</summary>
    public const string Second = "law";

    private const int ExamplesEach = 120;

    /// <summary>Of the last norm's weights: all logits of the other base are so much smaller.</summary>
    private const float Scale = 0.875f;

    private static readonly string Models = RepositoryRoot.Combine("models", "demo");

    private readonly TemporaryFolder _folder = new();

    private TwoBases()
    {
    }

    public string Prepared => _folder["prepared"];

    /// <summary>The checkpoint of an expert's base.</summary>
    public string BaseOf(string expert) => expert == First ? Path.Combine(Models, "base") : _folder["other"];

    public static string AdapterOf(string expert) => Path.Combine(Models, "adapters", expert);

    public static async Task<TwoBases> PrepareAsync(CancellationToken cancellation)
    {
        var made = new TwoBases();
        try
        {
            Directory.CreateDirectory(made._folder["other"]);
            foreach (string file in Directory.EnumerateFiles(Path.Combine(Models, "base")))
            {
                File.Copy(file, Path.Combine(made._folder["other"], Path.GetFileName(file)));
            }

            ScaleLogits(Path.Combine(made._folder["other"], "model.safetensors"));
            foreach (string expert in (string[])[First, Second])
            {
                File.WriteAllLines(made._folder[expert + ".txt"], Adapters.Examples(expert, ExamplesEach));
            }

            File.WriteAllText(made._folder["experts.yaml"], $"""
                bases:
                  - name: demo
                    path: {Models}/base
                  - name: other
                    path: other
                experts:
                  - name: {First}
                    base: demo
                    adapter: {AdapterOf(First)}
                    examples: {First}.txt
                  - name: {Second}
                    base: other
                    adapter: {AdapterOf(Second)}
                    examples: {Second}.txt

                """);
            await DrillCatalogue.PrepareAsync(made._folder["experts.yaml"], made.Prepared, cancellation);
            return made;
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    public void Dispose() => _folder.Dispose();

    private static void ScaleLogits(string file)
    {
        byte[] bytes = File.ReadAllBytes(file);
        int header = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        var tensor = JsonNode.Parse(bytes.AsSpan(8, header))!["model.norm.weight"]!;
        int size = (string)tensor["dtype"]! == "F32" ? 4 : 2;
        for (int at = (int)tensor["data_offsets"]![0]!; at < (int)tensor["data_offsets"]![1]!; at += size)
        {
            var weight = bytes.AsSpan(8 + header + at, size);
            switch ((string)tensor["dtype"]!)
            {
                case "F32":
                    BinaryPrimitives.WriteSingleLittleEndian(weight, BinaryPrimitives.ReadSingleLittleEndian(weight) * Scale);
                    break;
                case "F16":
                    BinaryPrimitives.WriteHalfLittleEndian(weight, (Half)((float)BinaryPrimitives.ReadHalfLittleEndian(weight) * Scale));
                    break;
                default:
                    float value = BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(weight) << 16) * Scale;
                    BinaryPrimitives.WriteUInt16LittleEndian(weight, (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16));
                    break;
            }
        }

        File.WriteAllBytes(file, bytes);
    }
}
