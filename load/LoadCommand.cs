using System.CommandLine;
using System.Numerics;
using System.Text.Json;
using ExpertCluster.CommandLine;
using ExpertCluster.Files;
using Grpc.Core;

namespace ExpertCluster.Load;

/// <summary>The command line: options, a run, a table, and JSON where asked for.</summary>
internal static class LoadCommand
{
    private const double Day = 24 * 60 * 60;
    private const string DefaultPrompt = "What is the daily dose?";

    public static RootCommand Create()
    {
        Option<string> address = new("--grpc") { Description = "gRPC address of a router, or several with commas between", DefaultValueFactory = _ => "http://127.0.0.1:50051" };
        address.Validators.Add(result =>
        {
            if (RouterChannel.Problem(result.GetValueOrDefault<string>() ?? "") is { } problem)
            {
                result.AddError(problem);
            }
        });
        var rate = Number("--rate", "Mean arrivals a second", 20.0, least: 0.001, most: 100_000);
        var seconds = Number("--seconds", "Length of the run", 20.0, least: 0.001, most: Day);
        var warmup = Number("--warmup", "Seconds at the start that are not counted", 2.0, least: 0, most: Day);
        var zipf = Number("--zipf", "Exponent over experts; 0: all alike", 1.0, least: 0, most: 100);
        var auto = Number("--auto", "Share of requests that ask the gate, 0 to 1", 0.5, least: 0, most: 1);
        var tokens = Number("--max-tokens", "Tokens of an answer at most", 64, least: 1, most: 1_000_000);
        var open = Number("--most-open", "Requests open at once; more are dropped and counted", 4096, least: 1, most: 1_000_000);
        var first = Number("--ttft-limit", "Good requests: milliseconds to the first token", 200.0, least: 0.001, most: Day * 1000);
        var gap = Number("--gap-limit", "Good requests: milliseconds between tokens, mean", 50.0, least: 0.001, most: Day * 1000);
        var seed = Number("--seed", "Of arrivals and choices", 1, least: int.MinValue, most: int.MaxValue);
        Option<FileInfo?> prompts = new("--prompts") { Description = "A text file, one prompt a line (text after a tab is ignored)" };
        Option<FileInfo?> json = new("--json") { Description = "Write the report here, too" };
        RootCommand root = new("Open-loop load: Poisson arrivals over gRPC, Zipf over experts.")
        {
            address, rate, seconds, warmup, zipf, auto, tokens, open, first, gap, seed, prompts, json,
        };
        root.SetAction(async (parsed, cancellation) =>
        {
            if (parsed.GetValue(warmup) >= parsed.GetValue(seconds))
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync($"{warmup.Name} must be shorter than {seconds.Name}: nothing would be counted");
                return CommandProgram.Refused;
            }

            var options = new LoadOptions
            {
                Address = parsed.GetRequiredValue(address),
                Rate = parsed.GetValue(rate),
                Duration = TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                Warmup = TimeSpan.FromSeconds(parsed.GetValue(warmup)),
                Zipf = parsed.GetValue(zipf),
                AutoShare = parsed.GetValue(auto),
                MaxTokens = parsed.GetValue(tokens),
                MostOpen = parsed.GetValue(open),
                FirstTokenLimit = TimeSpan.FromMilliseconds(parsed.GetValue(first)),
                TokenGapLimit = TimeSpan.FromMilliseconds(parsed.GetValue(gap)),
                Seed = parsed.GetValue(seed),
                Prompts = ReadPrompts(parsed.GetValue(prompts)),
            };
            var report = await new LoadRun(options, TimeProvider.System).RunAsync(cancellation);
            await parsed.InvocationConfiguration.Output.WriteAsync(report.ToTable());
            if (parsed.GetValue(json) is { } file)
            {
                await File.WriteAllTextAsync(file.FullName, JsonSerializer.Serialize(report, LoadReport.Json), cancellation);
            }

            // A run in which nothing succeeded has measured nothing.
            return report.Completed > 0 ? 0 : 1;
        });
        return root;
    }

    /// <summary>The sentence for a router that is not there, or refuses the list of its models.</summary>
    public static string? Explain(Exception error) =>
        error is RpcException refusal ? $"the router could not be asked: {refusal.StatusCode}, {refusal.Status.Detail}" : null;

    private static Option<T> Number<T>(string name, string description, T standard, T least, T most)
        where T : struct, INumber<T>
    {
        Option<T> option = new(name) { Description = description, DefaultValueFactory = _ => standard };
        NumberOption.Range(option, least, most);
        return option;
    }

    private static string[] ReadPrompts(FileInfo? file)
    {
        if (file is null)
        {
            return [DefaultPrompt];
        }

        string[] prompts = [.. RegularFile.ReadLines(file.FullName).Select(l => l.Split('\t')[0].Trim()).Where(l => l.Length > 0)];
        return prompts.Length > 0 ? prompts : throw new InvalidDataException($"{file.FullName} has no prompts");
    }
}
