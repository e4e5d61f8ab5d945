using System.CommandLine;
using ExpertCluster.Bench;
using ExpertCluster.Bench.Adapters;
using ExpertCluster.Bench.Drafts;
using ExpertCluster.Bench.Ensembles;
using ExpertCluster.Bench.Gates;
using ExpertCluster.Bench.Latency;
using ExpertCluster.Bench.Memory;
using ExpertCluster.Bench.Merges;
using ExpertCluster.Bench.Micro;
using ExpertCluster.Bench.Peers;
using ExpertCluster.Bench.Placement;
using ExpertCluster.Bench.Precision;
using ExpertCluster.Bench.Stack;
using ExpertCluster.Bench.Steps;
using ExpertCluster.Bench.Structures;
using ExpertCluster.Bench.Wire;
using ExpertCluster.CommandLine;

Option<bool> quick = new("--quick") { Description = "Shorter runs, for a first look; the figures are noisier", Recursive = true };
Option<string?> filter = new("--filter") { Description = "Only micro-benchmarks and gRPC exchanges whose name contains this", Recursive = true };
Option<int[]> streams = new("--streams") { Description = "Streams at once; default: 1, 8 and 32", AllowMultipleArgumentsPerToken = true, Recursive = true };
NumberOption.Range(streams, 1, 4096);
Command micro = new("micro", "Gates, sampler, codec, tokenizer and batcher, each alone, with their allocations.");
micro.SetAction(parsed => MicroRun.Run(parsed.GetValue(quick), parsed.GetValue(filter)));
Command stack = new("stack", "Tokens a second through client, router and host, over the bare runtime's.");
Option<string?> model = new("--model") { Description = "A folder that 'bench peers --export' wrote; default: the demo's base" };
stack.Options.Add(model);
stack.SetAction((parsed, cancellation) =>
    StackRun.RunAsync(StackOptions.Of(parsed.GetValue(quick), parsed.GetValue(streams), parsed.GetValue(model)), cancellation));
Command adapters = new("adapters", "Thousands of adapters against a handful, on one engine.");
adapters.SetAction((parsed, cancellation) => AdapterRun.RunAsync(AdapterOptions.Of(parsed.GetValue(quick)), cancellation));
Command drafts = new("drafts", "The engine with guessed tokens over the engine without.");
drafts.SetAction((parsed, cancellation) => DraftRun.RunAsync(parsed.GetValue(quick), cancellation));
Command grpc = new("grpc", "gRPC over bare HTTP/2 with the same bytes: unary calls, and messages of one stream.");
grpc.SetAction((parsed, cancellation) => RunWireAsync(parsed, cancellation));
Command latency = new("latency", "How long a chunk takes through host and router, against bare HTTP/2.");
latency.SetAction((parsed, cancellation) => RunLatencyAsync(parsed, cancellation));
Command steps = new("steps", "A step of the runtime: what adapters cost, one and two a row.");
steps.SetAction(parsed => StepRun.Run(parsed.GetValue(quick)));
Command ensembles = new("ensembles", "A step of ensembles of two experts over a step of as many rows.");
ensembles.SetAction((parsed, cancellation) => EnsembleRun.RunAsync(parsed.GetValue(quick), cancellation));
Command merges = new("merges", "Latency a token of ensembles over several hosts, in lock step, over one expert alone.");
merges.Options.Add(model);
merges.SetAction((parsed, cancellation) => MergeRun.RunAsync(MergeOptions.Of(parsed.GetValue(quick), parsed.GetValue(model)), cancellation));
Command structures = new("structures", "A step of streams held to a schema over a step of as many that may say anything; what compiling takes.");
structures.SetAction((parsed, cancellation) => StructureRun.RunAsync(parsed.GetValue(quick), cancellation));
Command rounds = new("rounds", "What a placement round of 500 hosts and 10,000 experts takes.");
rounds.SetAction(parsed => RoundRun.Run(parsed.GetValue(quick)));
Option<bool> large = new("--large") { Description = "A base of 105 million parameters instead of 27" };
Option<string?> probe = new("--probe") { Description = "One measurement, in this process", Hidden = true };
Command memory = new("memory", "Bytes of a base, a second runner, a stream and an adapter, over what the numbers alone take.") { large, probe };
memory.SetAction((parsed, cancellation) => parsed.GetValue(probe) is string order
    ? Task.FromResult(MemoryProbe.Run(order))
    : MemoryRun.RunAsync(parsed.GetValue(quick), parsed.GetValue(large), cancellation));
Option<int> threads = new("--threads") { Description = "Threads of a step; default: one for each core" };
NumberOption.Range(threads, 0, 256);
Command precision = new("precision", "Weights and KV cache of each precision: perplexity of the demo's base, memory, and steps at short and long contexts.") { threads };
precision.SetAction(parsed => PrecisionRun.Run(parsed.GetValue(quick), parsed.GetValue(threads)));
Option<int[]> experts = new("--experts") { Description = "Experts of the catalogue; default: 100, 1,000 and 10,000", AllowMultipleArgumentsPerToken = true };
NumberOption.Range(experts, 2, 10_000);
Option<bool> dense = new("--dense") { Description = "Also with a weight of every n-gram for every expert; up to 999 experts, minutes" };
Command gates = new("gates", "Request gates of thousands of experts: what they take to teach and to ask, and how well they know them.") { experts, dense };
gates.SetAction(parsed => GatesRun.Run(parsed.GetValue(experts) is { Length: > 0 } counts ? counts : [100, 1_000, 10_000], parsed.GetValue(dense)));
RootCommand root = new("Benchmarks. Without a command: micro, stack, grpc. Results go to artifacts/bench.") { quick, filter, streams, micro, stack, adapters, drafts, steps, ensembles, merges, structures, rounds, gates, memory, grpc, latency, LatencyProcess.Create(), precision, PeerCommand.Create(quick, filter) };
root.SetAction(async (parsed, cancellation) =>
{
    int failed = MicroRun.Run(parsed.GetValue(quick), parsed.GetValue(filter));
    failed += await StackRun.RunAsync(StackOptions.Of(parsed.GetValue(quick), parsed.GetValue(streams), model: null), cancellation);
    return failed + await RunWireAsync(parsed, cancellation);
});
return await CommandProgram.RunAsync(root, args, _ => null, new InvocationConfiguration());

Task<int> RunWireAsync(ParseResult parsed, CancellationToken cancellation)
{
    bool isQuick = parsed.GetValue(quick);
    string? only = parsed.GetValue(filter);
    return TieredProcess.IsThis
        ? WireRun.RunAsync(WireOptions.Of(isQuick), only)
        : TieredProcess.RunAsync([grpc.Name, .. isQuick ? [quick.Name] : (string[])[], .. only is null ? [] : (string[])[filter.Name, only]], cancellation);
}

Task<int> RunLatencyAsync(ParseResult parsed, CancellationToken cancellation)
{
    bool isQuick = parsed.GetValue(quick);
    int[] at = parsed.GetValue(streams) ?? [];
    return TieredProcess.IsThis
        ? LatencyRun.RunAsync(LatencyOptions.Of(isQuick, at), cancellation)
        : TieredProcess.RunAsync(
            [latency.Name, .. isQuick ? [quick.Name] : (string[])[], .. at.SelectMany(n => (string[])[streams.Name, $"{n}"])], cancellation);
}
