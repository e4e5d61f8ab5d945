using System.Text;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.Drills.Support;

/// <summary>An answer that is read while something happens, with the longest time that passed between its chunks where it went on elsewhere.</summary>
internal sealed class TimedStream
{
    private readonly AsyncServerStreamingCall<CompleteChunk> _call;
    private readonly CancellationToken _cancellation;
    private readonly StringBuilder _text = new();
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _reading = Task.CompletedTask;

    private TimedStream(AsyncServerStreamingCall<CompleteChunk> call, CancellationToken cancellation)
    {
        (_call, _cancellation) = (call, cancellation);
        Plan = call.ResponseStream.Current.Plan;
        Take(call.ResponseStream.Current);
    }

    /// <summary>As the answer began.</summary>
    public Plan Plan { get; }

    /// <summary>Where it went on, each time that it lost its host.</summary>
    public List<Plan> Resumed { get; } = [];

    public string Text => _text.ToString();

    public int Tokens { get; private set; }

    public FinishReason Finish { get; private set; }

    /// <summary>From the last chunk of the lost host to the first of the next one; null: its host was not lost.</summary>
    public TimeSpan? Gap { get; private set; }

    /// <summary>Its first chunk is there.</summary>
    public static async Task<TimedStream> BeginAsync(Completions.CompletionsClient client, CompleteRequest request, string? version, CancellationToken cancellation)
    {
        var call = client.Complete(request, version is null ? [] : new Metadata { { "x-expertcluster-version", version } }, cancellationToken: cancellation);
        Assert.True(await call.ResponseStream.MoveNext(cancellation));
        return new TimedStream(call, cancellation);
    }

    /// <summary>Begins to read on.</summary>
    /// <param name="after">Tokens at which <see cref="ReachedAsync"/> completes.</param>
    public void Read(int after) => _reading = Task.Run(() => ReadAsync(after), CancellationToken.None);

    public Task ReachedAsync() => Task.WhenAny(_reached.Task, _reading);

    public Task EndedAsync() => _reading;

    private async Task ReadAsync(int after)
    {
        using (_call)
        {
            long last = TimeProvider.System.GetTimestamp();
            while (await _call.ResponseStream.MoveNext(_cancellation))
            {
                var chunk = _call.ResponseStream.Current;
                if (chunk.Plan is { Reason: "resumed" } plan)
                {
                    Resumed.Add(plan);
                    var gap = TimeProvider.System.GetElapsedTime(last);
                    Gap = Gap > gap ? Gap : gap;
                }

                last = TimeProvider.System.GetTimestamp();
                Take(chunk);
                if (Tokens >= after)
                {
                    _reached.TrySetResult();
                }
            }
        }
    }

    private void Take(CompleteChunk chunk)
    {
        _text.Append(chunk.Text);
        Tokens += chunk.Tokens.Count;
        Finish = chunk.FinishReason;
    }
}
