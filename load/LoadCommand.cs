using System.CommandLine;
using System.Text.Json;

namespace ExpertCluster.Load;

/// <summary>The command line: options, a run, a table, and JSON where asked for.</summary>
internal static class LoadCommand
{
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
        var rate = Positive("--rate", "Mean arrivals a second", 20);
        var seconds = Positive("--seconds", "Length of the run", 20);
        Option<double> warmup = new("--warmup") { Description = "Seconds at the start that are not counted", DefaultValueFactory = _ => 2 };
        Option<double> zipf = new("--zipf") { Description = "Exponent over experts; 0: all alike", DefaultValueFactory = _ => 1 };
        Option<double> auto = new("--auto") { Description = "Share of requests that ask the gate, 0 to 1", DefaultValueFactory = _ => 0.5 };
        Option<int> tokens = new("--max-tokens") { Description = "Tokens of an answer at most", DefaultValueFactory = _ => 64 };
        Option<int> open = new("--most-open") { Description = "Requests open at once; more are dropped and counted", DefaultValueFactory = _ => 4096 };
        var first = Positive("--ttft-limit", "Good requests: milliseconds to the first token", 200);
        var gap = Positive("--gap-limit", "Good requests: milliseconds between tokens, mean", 50);
        Option<int> seed = new("--seed") { Description = "Of arrivals and choices", DefaultValueFactory = _ => 1 };
        Option<FileInfo?> prompts = new("--prompts") { Description = "A text file, one prompt a line (text after a tab is ignored)" };
        Option<FileInfo?> json = new("--json") { Description = "Write the report here, too" };
        RootCommand root = new("Open-loop load: Poisson arrivals over gRPC, Zipf over experts.")
        {
            address, rate, seconds, warmup, zipf, auto, tokens, open, first, gap, seed, prompts, json,
        };
        root.SetAction(async (parsed, cancellation) =>
        {
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
            Console.Write(report.ToTable());
            if (parsed.GetValue(json) is { } file)
            {
                await File.WriteAllTextAsync(file.FullName, JsonSerializer.Serialize(report, LoadReport.Json), cancellation);
            }

            // A run in which nothing succeeded has measured nothing.
            return report.Completed > 0 ? 0 : 1;
        });
        return root;
    }

    private static Option<double> Positive(string name, string description, double standard)
    {
        Option<double> option = new(name) { Description = description, DefaultValueFactory = _ => standard };
        option.Validators.Add(result =>
        {
            if (!(result.GetValueOrDefault<double>() > 0))
            {
                result.AddError($"{name} must be above 0");
            }
        });
        return option;
    }

    private static string[] ReadPrompts(FileInfo? file)
    {
        if (file is null)
        {
            return [DefaultPrompt];
        }

        string[] prompts = [.. File.ReadLines(file.FullName).Select(l => l.Split('\t')[0].Trim()).Where(l => l.Length > 0)];
        return prompts.Length > 0 ? prompts : throw new InvalidDataException($"{file.FullName} has no prompts");
    }
}
