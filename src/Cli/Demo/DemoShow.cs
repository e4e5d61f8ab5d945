using System.Globalization;
using ExpertCluster.Cli.Running;
using ExpertCluster.V1;
using Grpc.Core.Interceptors;
using Spectre.Console;

namespace ExpertCluster.Cli.Demo;

/// <summary>Streams the demo's prompts to the terminal.</summary>
internal sealed class DemoShow(TimeProvider time)
{
    // Labels and no colours where the output goes to a file or a pipe; and never a line break that the text doesn't have.
    private readonly bool _colours = !Console.IsOutputRedirected;
    private readonly IAnsiConsole _console = CreateConsole();

    public async Task RunAsync(RunningCluster cluster, CancellationToken cancellation)
    {
        using var channel = cluster.OpenChannel();
        var client = new Completions.CompletionsClient(channel.Intercept(RunningCluster.Deadlines));
        var painter = new TokenPainter(_console, _colours);
        foreach (var prompt in DemoPrompt.Choose())
        {
            await AskAsync(client, painter, prompt, cancellation);
        }

        painter.Legend();
    }

    private static IAnsiConsole CreateConsole()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = Console.IsOutputRedirected ? AnsiSupport.No : AnsiSupport.Detect,
        });
        console.Profile.Width = int.MaxValue / 2;
        return console;
    }

    private async Task AskAsync(Completions.CompletionsClient client, TokenPainter painter, DemoPrompt prompt, CancellationToken cancellation)
    {
        _console.WriteLine();
        _console.WriteLine($"# {prompt.About}");
        _console.WriteLine($"> {prompt.Text}");
        var request = new CompleteRequest
        {
            Model = "auto",
            Messages = new Messages { Messages_ = { new Message { Role = "user", Content = prompt.Text } } },
            Sampling = new Sampling { MaxTokens = 96, Temperature = 0 },
        };
        long start = time.GetTimestamp();
        TimeSpan first = default;
        Plan? plan = null;
        Usage usage = new();
        painter.Begin();
        using var call = client.Complete(request, cancellationToken: cancellation);
        while (await call.ResponseStream.MoveNext(cancellation))
        {
            var chunk = call.ResponseStream.Current;
            if (plan is null)
            {
                first = time.GetElapsedTime(start);
                plan = chunk.Plan;
            }

            foreach (var token in chunk.Tokens)
            {
                painter.Print(token);
            }

            usage = chunk.Usage ?? usage;
        }

        _console.WriteLine();
        Footer(plan!, first, time.GetElapsedTime(start), usage);
    }

    private void Footer(Plan plan, TimeSpan first, TimeSpan whole, Usage usage)
    {
        string scores = string.Join(", ", plan.Scores.Take(3).Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Name} {s.Weight:0.00}")));
        double rate = usage.CompletionTokens < 2 ? 0 : (usage.CompletionTokens - 1) / (whole - first).TotalSeconds;
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"  plan: {plan.Mode} at {plan.Scope} scope on {plan.Base}@{plan.Host}{(plan.Reason.Length > 0 ? $" ({plan.Reason})" : "")}; gate: {scores}\n  first token {first.TotalMilliseconds:0.0} ms, {usage.CompletionTokens} tokens, {rate:0} tokens/s");
        _console.Write(new Spectre.Console.Text(text.ToLowerInvariant(), new Style(decoration: Decoration.Dim)));
        _console.WriteLine();
    }
}
