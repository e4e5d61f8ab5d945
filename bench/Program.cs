using System.CommandLine;
using ExpertCluster.Bench.Adapters;
using ExpertCluster.Bench.Drafts;
using ExpertCluster.Bench.Micro;
using ExpertCluster.Bench.Stack;

Option<bool> quick = new("--quick") { Description = "Shorter runs, for a first look; the figures are noisier", Recursive = true };
Option<string?> filter = new("--filter") { Description = "Only micro-benchmarks whose name contains this", Recursive = true };
Option<int[]> streams = new("--streams") { Description = "Streams at once; default: 1, 8 and 32", AllowMultipleArgumentsPerToken = true, Recursive = true };
Command micro = new("micro", "Gates, sampler, codec, tokenizer and batcher, each alone, with their allocations.");
micro.SetAction(parsed => MicroRun.Run(parsed.GetValue(quick), parsed.GetValue(filter)));
Command stack = new("stack", "Tokens a second through client, router and host, over the bare runtime's.");
stack.SetAction((parsed, cancellation) => StackRun.RunAsync(StackOptions.Of(parsed.GetValue(quick), parsed.GetValue(streams)), cancellation));
Command adapters = new("adapters", "Thousands of adapters against a handful, on one engine.");
adapters.SetAction((parsed, cancellation) => AdapterRun.RunAsync(AdapterOptions.Of(parsed.GetValue(quick)), cancellation));
Command drafts = new("drafts", "The engine with guessed tokens over the engine without.");
drafts.SetAction((parsed, cancellation) => DraftRun.RunAsync(parsed.GetValue(quick), cancellation));
RootCommand root = new("Benchmarks. Without a command: micro, then stack. Results go to artifacts/bench.") { quick, filter, streams, micro, stack, adapters, drafts };
root.SetAction(async (parsed, cancellation) =>
{
    int failed = MicroRun.Run(parsed.GetValue(quick), parsed.GetValue(filter));
    return failed + await StackRun.RunAsync(StackOptions.Of(parsed.GetValue(quick), parsed.GetValue(streams)), cancellation);
});
return await root.Parse(args).InvokeAsync();
