using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.ExpertHost.Runtime;
using Grpc.Core;

namespace ExpertCluster.ExpertHost.Apis.Vllm;

/// <summary>
/// Who shall answer a call: vLLM's protocol knows one model a server and has no field for it, so that it is named in metadata, or needn't be where a host runs one base.
/// </summary>
internal sealed class EngineModels(ICatalogueSource catalogue, WantedBases wanted)
{
    /// <summary>The first that is there counts: our gate's, that of llm-d's rewrites with its earlier name, and that of the Gateway API's inference extension.</summary>
    public static readonly IReadOnlyList<string> Names = ["x-expertcluster-expert", "x-llm-d-model-name-rewrite", "x-gateway-model-name-rewrite", "x-gateway-model-name"];

    /// <summary>Whose request it is, of llm-d and of the inference extension.</summary>
    private static readonly string[] Callers = ["x-llm-d-inference-fairness-id", "x-gateway-inference-fairness-id"];

    private const string Gate = "auto";
    private const int MostTold = 16;
    private const int LongestTold = 128;

    /// <exception cref="RpcException">NOT_FOUND: no such expert; INVALID_ARGUMENT: none is named, and there are several bases; UNAVAILABLE: there is none.</exception>
    public PreparedExpert Find(Metadata headers)
    {
        var snapshot = catalogue.Current;
        PreparedBase[] here = [.. snapshot.Bases.Where(wanted.Has)];
        string told = $"this host runs {string.Join(", ", here.Take(MostTold).Select(b => b.Name))}{(here.Length > MostTold ? " and more" : "")}";
        if (NameIn(headers) is { } name)
        {
            return name == Gate
                ? throw EngineErrors.Invalid(Names[0], "is auto: the gate is the routers'; a host is told who answers")
                : snapshot.FindExpert(name) ?? throw EngineErrors.Of(StatusCode.NotFound, $"there is no expert \"{Shorten(name)}\"; {told}");
        }

        return here switch
        {
            [] => throw EngineErrors.Of(StatusCode.Unavailable, "this host runs no base"),
            [var only] => snapshot.FindExpert(only.Name) is { Adapter: null } alone ? alone
                : snapshot.Experts.FirstOrDefault(e => e.Base == only.Name && e.Adapter is null)
                ?? throw EngineErrors.Invalid(Names[0], $"is missing, and base {only.Name} answers nobody alone; name one of its experts"),
            _ => throw EngineErrors.Invalid(Names[0], $"is missing, and {told}; name an expert or a base in that metadata"),
        };
    }

    /// <summary>Who is named; null: nobody.</summary>
    public static string? NameIn(Metadata headers) => ValueOf(headers, Names);

    /// <summary>A name as a caller wrote it, for messages.</summary>
    public static string Shorten(string name) => name.Length <= LongestTold ? name : name[..LongestTold] + "…";

    /// <summary>A number that tells callers apart where they wait; 0: nobody in particular.</summary>
    public static ulong CallerOf(Metadata headers) =>
        ValueOf(headers, Callers) is { } id ? BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(id))) | 1 : 0;

    private static string? ValueOf(Metadata headers, IEnumerable<string> names) =>
        names.Select(name => headers.GetAll(name).FirstOrDefault()?.Value).FirstOrDefault(value => !string.IsNullOrEmpty(value));
}
