using System.Buffers;
using BenchmarkDotNet.Attributes;
using ExpertCluster.Router.Apis.Grpc;
using ExpertCluster.Router.Backends.Hosts;
using ExpertCluster.V1;
using Google.Protobuf;

namespace ExpertCluster.Bench.Micro;

/// <summary>
/// A chunk on its way through the router, from a host's bytes to a client's: by the product's own words, and, as the floor, by
/// handing the parsed tokens from one message to the other.
/// </summary>
public class RouterChunkBenchmarks
{
    private readonly ArrayBufferWriter<byte> _output = new(4096);
    private readonly HostChunks _chunks = new();
    private readonly WireAnswer _answer = new();
    private ReadOnlySequence<byte> _bytes;

    [Params(1, 8)]
    public int Tokens { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var chunk = new GenerateChunk();
        for (int i = 0; i < Tokens; i++)
        {
            chunk.Tokens.Add(new Token { Id = 1000 + i, Text = " lease", Logprob = -0.25f, Experts = { new WeightedExpert { Name = "law", Weight = 1 } } });
            chunk.Text += " lease";
        }

        _bytes = new ReadOnlySequence<byte>(chunk.ToByteArray());
    }

    [Benchmark]
    public int ByOwnWords() => Write(_answer.Write(_chunks.Read(GenerateChunk.Parser.ParseFrom(_bytes))));

    [Benchmark(Baseline = true)]
    public int FromMessageToMessage()
    {
        var chunk = GenerateChunk.Parser.ParseFrom(_bytes);
        var answer = new CompleteChunk { Text = chunk.Text, FinishReason = chunk.FinishReason, Usage = chunk.Usage };
        answer.Tokens.AddRange(chunk.Tokens);
        return Write(answer);
    }

    private int Write(CompleteChunk chunk)
    {
        _output.ResetWrittenCount();
        int size = chunk.CalculateSize();
        chunk.WriteTo(_output);
        return size;
    }
}
