using System.Globalization;
using ExpertCluster.Cli.Running;
using ExpertCluster.V1;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Spectre.Console;

namespace ExpertCluster.Cli.Demo;

/// <summary>Streams the demo's prompts to the terminal.</summary>
internal sealed class DemoShow(IAnsiConsole console, bool colours, TimeProvider time)
{
    /// <summary>With colours on a terminal; else with labels, and never a line break that the text doesn't have.</summary>
    public static DemoShow On(TextWriter output, TimeProvider time)
    {
        bool colours = output == Console.Out && !Console.IsOutputRedirected;
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = colours ? AnsiSupport.Detect : AnsiSupport.No,
            Out = new AnsiConsoleOutput(output),
        });
        console.Profile.Width = int.MaxValue / 2;
        return new DemoShow(console, colours, time);
    }

    public async Task RunAsync(ChannelBase channel, IEnumerable<DemoPrompt> prompts, CancellationToken cancellation)
    {
        var client = new Completions.CompletionsClient(channel.Intercept(RunningCluster.Deadlines));
        var painter = new TokenPainter(console, colours);
        foreach (var prompt in prompts)
        {
            await AskAsync(client, painter, prompt, cancellation);
        }

        painter.Legend();
    }

    private async Task AskAsync(Completions.CompletionsClient client, TokenPainter painter, DemoPrompt prompt, CancellationToken cancellation)
    {
        console.WriteLine();
        console.WriteLine($"# {prompt.About}");
        console.WriteLine($"> {prompt.Text}");
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

        console.WriteLine();
        if (plan is not null)
        {
            Footer(plan, first, time.GetElapsedTime(start), usage);
        }
    }

    private void Footer(Plan plan, TimeSpan first, TimeSpan whole, Usage usage)
    {
        string scores = string.Join(", ", plan.Scores.Take(3).Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Name} {s.Weight:0.00}")));
        double rate = usage.CompletionTokens < 2 || whole <= first ? 0 : (usage.CompletionTokens - 1) / (whole - first).TotalSeconds;
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"  plan: {plan.Mode} at {plan.Scope} scope on {plan.Base}@{plan.Host}{(plan.Reason.Length > 0 ? $" ({plan.Reason})" : "")}; gate: {scores}\n  first token {first.TotalMilliseconds:0.0} ms, {usage.CompletionTokens} tokens, {rate:0} tokens/s");
        console.Write(new Spectre.Console.Text(text.ToLowerInvariant(), new Style(decoration: Decoration.Dim)));
        console.WriteLine();
    }
}
