using System.Buffers;
using BenchmarkDotNet.Attributes;
using ExpertCluster.V1;
using Google.Protobuf;

namespace ExpertCluster.Bench.Micro;

/// <summary>What gRPC does with a chunk at each end of each hop; a chunk has more than one token when its reader lags.</summary>
public class ChunkCodecBenchmarks
{
    private readonly ArrayBufferWriter<byte> _output = new(4096);
    private GenerateChunk _chunk = null!;
    private ReadOnlySequence<byte> _bytes;

    [Params(1, 8)]
    public int Tokens { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _chunk = new GenerateChunk();
        for (int i = 0; i < Tokens; i++)
        {
            _chunk.Tokens.Add(new Token { Id = 1000 + i, Text = " lease", Logprob = -0.25f, Experts = { new WeightedExpert { Name = "law", Weight = 1 } } });
            _chunk.Text += " lease";
        }

        _bytes = new ReadOnlySequence<byte>(_chunk.ToByteArray());
    }

    [Benchmark]
    public int Serialize()
    {
        _output.ResetWrittenCount();
        int size = _chunk.CalculateSize();
        _chunk.WriteTo(_output);
        return size;
    }

    [Benchmark]
    public GenerateChunk Parse() => GenerateChunk.Parser.ParseFrom(_bytes);
}
