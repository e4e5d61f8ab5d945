using System.Buffers.Binary;
using System.Security.Cryptography;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Contracts.Backends;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Node.Options;
using ExpertCluster.Node.Telemetry;
using ExpertCluster.Router.Admission;
using ExpertCluster.Router.Backends;
using ExpertCluster.Router.Options;

namespace ExpertCluster.Router.Versions;

/// <summary>
/// Copies requests for the shadows of their experts, once the answer of the stable version has begun: the same plan, with the shadow's revision in the
/// stable one's place. Nobody waits for a copy and nobody sees its answer; what it meets is told by the shadow's figures alone.
/// </summary>
internal sealed partial class ShadowCopies(
    ICatalogueSource catalogue,
    BackendSet backends,
    VersionMeter meter,
    AdmissionGate admission,
    VersionMetrics metrics,
    Random random,
    RouterOptions options,
    TransportOptions transport,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<ShadowCopies> log)
{
    private const int Whole = 100;

    /// <summary>All copies are one caller to hosts: where requests wait, they have one turn among all callers.</summary>
    public static readonly ulong Caller = BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData("shadow"u8)) | 1;

    private readonly TimeSpan _longest = TimeSpan.FromSeconds(transport.MaxCallSeconds);
    private int _running;

    public int Running => Volatile.Read(ref _running);

    /// <summary>Copies a request, where it is the turn of a shadow of its plan. Waits for nothing.</summary>
    /// <param name="call">The request.</param>
    /// <param name="answer">To it, before its first move.</param>
    public void Begin(BackendCall call, IAnswerStream answer)
    {
        // Of several answers behind each other none is the shadow's alone.
        if (answer is not MeasuredAnswer measured || options.ShadowLimit == 0 || call.Plan.Parts.Count > 0 || Draw(call.Plan, measured) is not { } shadow)
        {
            return;
        }

        if (admission.Waiting > 0)
        {
            metrics.ShadowDrops.WithLabels("busy").Inc();
        }
        else if (Interlocked.Increment(ref _running) > options.ShadowLimit)
        {
            Interlocked.Decrement(ref _running);
            metrics.ShadowDrops.WithLabels("full").Inc();
        }
        else
        {
            var plan = call.Plan with { Experts = [.. call.Plan.Experts.Select(e => e.Name == shadow.Name ? shadow : e)] };
            var copy = new BackendCall(call.Request with { Caller = Caller }, plan, time.GetUtcNow().UtcDateTime + _longest) { IsCopy = true };
            var original = measured.FollowText();
            _ = Task.Run(() => RunAsync(copy, shadow, original), CancellationToken.None);
        }
    }

    /// <summary>Each shadow of the plan's stable versions has its chance; one of those that are drawn gets the copy.</summary>
    private PlannedExpert? Draw(Plan plan, MeasuredAnswer measured)
    {
        List<PlannedExpert>? drawn = null;
        foreach (var planned in plan.Experts)
        {
            if (planned.Version == ExpertVersion.Stable
                && measured.Versions.Any(v => v.Expert == planned.Name)
                && catalogue.Current.FindExpert(planned.Name) is { Shadow: { } shadow } expert
                && expert.Revision == planned.Revision
                && random.NextDouble() * Whole < shadow.Percent)
            {
                (drawn ??= []).Add(planned with { Revision = shadow.Revision, Version = ExpertVersion.Shadow });
            }
        }

        return drawn?[drawn.Count == 1 ? 0 : (int)(random.NextDouble() * drawn.Count)];
    }

    private async Task RunAsync(BackendCall copy, PlannedExpert shadow, Task<byte[]?> original)
    {
        try
        {
            if (await AnswerAsync(copy, shadow) is ({ } text, { } counts) && await original is { } other)
            {
                counts.Compare(text.AsSpan().SequenceEqual(other));
            }
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // The request's own answer goes on; the shadow's figures know already.
            LogFailed(log, shadow.Name, OneLine.Of(error));
        }
    }

    /// <returns>The digest of the text; null: the catalogue has no such shadow any more.</returns>
    private async Task<(byte[]? Text, VersionCounts? Counts)> AnswerAsync(BackendCall copy, PlannedExpert shadow)
    {
        try
        {
            using var late = new CancellationTokenSource(_longest, time);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(late.Token, lifetime.ApplicationStopping);
            using var answer = await meter.OpenAsync([shadow], copy.Deadline, () => backends.Of(copy.Plan).OpenAsync(copy, end.Token));
            if (answer is not MeasuredAnswer measured)
            {
                return (null, null);
            }

            var text = measured.FollowText();
            while (await measured.MoveNextAsync(end.Token))
            {
                // Only its digest and its measures are of use.
            }

            return (await text, measured.Versions[0]);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    [LoggerMessage(3501, LogLevel.Debug, "A copy for the shadow of {Expert} failed: {Reason}")]
    private static partial void LogFailed(ILogger log, string expert, string reason);
}
