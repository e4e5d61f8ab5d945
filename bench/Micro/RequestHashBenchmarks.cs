using System.Security.Cryptography;
using System.Text;
using BenchmarkDotNet.Attributes;
using ExpertCluster.Router.Backends.Hosts;
using ExpertCluster.V1;

namespace ExpertCluster.Bench.Micro;

/// <summary>The name of a request's text, which each request gets before a host is asked; the floor is its digest alone.</summary>
public class RequestHashBenchmarks
{
    private GenerateRequest _request = new();

    [Params(200, 4_000, 400_000)]
    public int Characters { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        string text = string.Concat(Enumerable.Repeat("Which court decides on the lease of Kolár? ", (Characters / 43) + 1))[..Characters];
        _request = new GenerateRequest { Base = "demo", Messages = new Messages { Messages_ = { new Message { Role = "user", Content = text } } } };
    }

    [Benchmark]
    public string NameOfTheRequest() => RequestHash.Of(_request);

    [Benchmark(Baseline = true)]
    public byte[] DigestOfTheText() => SHA256.HashData(Encoding.UTF8.GetBytes(_request.Messages.Messages_[0].Content));
}
