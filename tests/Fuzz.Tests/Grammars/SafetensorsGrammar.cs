using System.Buffers.Binary;
using System.Text;

namespace ExpertCluster.Fuzz.Grammars;

/// <summary>A safetensors file: tensors that lie side by side, or nearly, with a length field that is right, or nearly.</summary>
internal sealed class SafetensorsGrammar(Random random)
{
    private static readonly string[] Types = ["F32", "F16", "BF16", "F32", "F16", "I64", "F8", "f32", ""];
    private static readonly long[] Odd = [-1, 0, 1, 8, int.MaxValue, 1L << 31, 1L << 32, 1L << 61, 1L << 62, long.MaxValue, long.MinValue];

    public byte[] Make()
    {
        List<string> entries = [];
        long at = 0;
        int tensors = random.Count(4, 60);
        for (int i = 0; i < tensors; i++)
        {
            long[] shape = [.. Enumerable.Range(0, random.Count(3, 12)).Select(_ => random.In(15) ? random.Of(Odd) : random.Next(5))];
            string type = random.Of(Types);
            long size = type is "F16" or "BF16" ? 2 : 4;
            long end = at + unchecked(shape.Aggregate(size, (product, dimension) => product * dimension));
            var (low, high) = random.In(12) ? (random.Of(Odd), random.Of(Odd)) : (at + (random.In(20) ? 1 : 0), end);
            entries.Add($"\"{Name(i)}\":{{\"dtype\":\"{type}\",\"shape\":[{string.Join(',', shape)}],\"data_offsets\":[{low},{high}]}}");
            at = Math.Clamp(end, at, 4096);
        }

        if (random.In(4))
        {
            entries.Insert(random.Next(entries.Count + 1), "\"__metadata__\":{\"format\":\"pt\"}");
        }

        byte[] header = Encoding.UTF8.GetBytes("{" + string.Join(',', entries) + "}" + new string(' ', random.In(5) ? random.Next(9) : 0));
        byte[] file = new byte[8 + header.Length + at + (random.In(12) ? random.Next(9) : 0)];
        long length = random.In(15) ? random.Of(Odd) : header.Length;
        BinaryPrimitives.WriteInt64LittleEndian(file, length);
        header.CopyTo(file, 8);
        random.NextBytes(file.AsSpan(8 + header.Length));
        return random.In(25) ? file[..random.Next(file.Length)] : file;
    }

    private string Name(int i) => random.In(20) ? random.Of(["", "a", "\\u0000", "\\n", "\\ud800", "__metadata__"]) : $"t{i}";
}
