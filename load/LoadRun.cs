using System.Collections.Concurrent;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.Load;

/// <summary>Sends requests at their scheduled times, whatever becomes of the earlier ones, and gathers the outcomes.</summary>
internal sealed class LoadRun(LoadOptions options, TimeProvider time)
{
    private readonly ConcurrentBag<RequestOutcome> _outcomes = [];
    private int _open;

    public async Task<LoadReport> RunAsync(CancellationToken cancellation)
    {
        using var channel = RouterChannel.Open(options.Address);
        var client = new Completions.CompletionsClient(channel);
        string[] experts = await ExpertsAsync(client, cancellation);
        var random = new Random(options.Seed);
        var arrivals = new Arrivals(options.Rate, random);
        var choice = new ZipfChoice(experts.Length, options.Zipf, random);
        List<Task> requests = [];
        long start = time.GetTimestamp();
        int offered = 0;
        int dropped = 0;
        for (var at = arrivals.NextGap(); at < options.Duration; at += arrivals.NextGap())
        {
            var wait = at - time.GetElapsedTime(start);
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, time, cancellation);
            }

            bool counted = at >= options.Warmup;
            offered += counted ? 1 : 0;
            string model = random.NextDouble() < options.AutoShare ? "auto" : experts[choice.Next()];
            string prompt = options.Prompts[random.Next(options.Prompts.Count)];
            if (Volatile.Read(ref _open) >= options.MostOpen)
            {
                dropped += counted ? 1 : 0;
                continue;
            }

            Interlocked.Increment(ref _open);
            requests.Add(SendAsync(client, model, prompt, start, at, counted, cancellation));
        }

        await Task.WhenAll(requests);
        return LoadReport.From(options, offered, dropped, [.. _outcomes], time.GetElapsedTime(start) - options.Warmup);
    }

    private static async Task<string[]> ExpertsAsync(Completions.CompletionsClient client, CancellationToken cancellation)
    {
        var models = await client.ListModelsAsync(new ListModelsRequest(), cancellationToken: cancellation);
        string[] gated = [.. models.Models.Where(m => m.Gated).Select(m => m.Name)];
        return gated.Length > 0 ? gated : [.. models.Models.Select(m => m.Name)];
    }

    private async Task SendAsync(
        Completions.CompletionsClient client, string model, string prompt, long start, TimeSpan at, bool counted, CancellationToken cancellation)
    {
        var request = new CompleteRequest
        {
            Model = model,
            Messages = new Messages { Messages_ = { new Message { Role = "user", Content = prompt } } },
            Sampling = new Sampling { MaxTokens = options.MaxTokens, Temperature = 0 },
        };
        List<float> gaps = [];
        TimeSpan first = default;
        int tokens = 0;
        var status = StatusCode.OK;
        try
        {
            using var call = client.Complete(request, cancellationToken: cancellation);
            TimeSpan last = default;
            while (await call.ResponseStream.MoveNext(cancellation))
            {
                int count = call.ResponseStream.Current.Tokens.Count;
                if (count == 0)
                {
                    continue;
                }

                var now = time.GetElapsedTime(start) - at;
                if (tokens == 0)
                {
                    first = now;
                }
                else
                {
                    gaps.AddRange(Enumerable.Repeat((float)((now - last).TotalMilliseconds / count), count));
                }

                last = now;
                tokens += count;
            }
        }
        catch (RpcException error)
        {
            status = error.StatusCode;
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }

        if (counted)
        {
            _outcomes.Add(new RequestOutcome
            {
                Status = status,
                FirstToken = first,
                Whole = time.GetElapsedTime(start) - at,
                Tokens = tokens,
                GapMilliseconds = gaps,
            });
        }
    }
}
