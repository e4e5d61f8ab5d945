using System.Globalization;
using ExpertCluster.Catalogue.Desired;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Learning;
using ExpertCluster.Router.Feedback;
using ExpertCluster.V1;

namespace ExpertCluster.Router.Apis.Admin;

/// <summary>Changes of the gates, over gRPC and HTTP alike.</summary>
internal sealed class GateChanges(AdminChanges changes, FeedbackDesk feedback, ICatalogueSource catalogue)
{
    private static readonly Dictionary<string, GateKind> Kinds = Enum.GetValues<GateKind>().ToDictionary(NameOf, StringComparer.Ordinal);

    public static string NameOf(GateKind kind) => kind.ToString().ToLowerInvariant();

    public async Task<ChangeResponse> FitAsync(FitGateRequest request, string by, CancellationToken cancellation)
    {
        GateKind? kind = request.Kind.Length == 0 ? null
            : Kinds.TryGetValue(request.Kind, out var known) ? known
            : throw new RequestFailedException(Failure.Invalid("kind", $"kind must be {string.Join(", ", Kinds.Keys)}, or empty"));
        if (request.SinceUnixMs < 0)
        {
            throw new RequestFailedException(Failure.Invalid("since_unix_ms", "since_unix_ms is below 0"));
        }

        var current = catalogue.Current;
        var taught = FeedbackLessons.Of(await feedback.ListAsync(cancellation), request.SinceUnixMs, name => current.FindRemote(name) is not null || (current.FindExpert(name) is { } expert && expert.Name != expert.Base));
        var response = await changes.ChangeAsync(new FitGate(taught.Lessons, kind, request.Percent), request.Options, by, cancellation);
        if (taught.PassedOver > 0)
        {
            response.Details += string.Create(CultureInfo.InvariantCulture, $"; {taught.PassedOver} more are of experts that the gate can't learn");
        }

        return response;
    }

    public Task<ChangeResponse> ShiftAsync(ShiftGateRequest request, string by, CancellationToken cancellation) =>
        changes.ChangeAsync(new ShiftGate(request.Percent), request.Options, by, cancellation);

    public Task<ChangeResponse> PromoteAsync(PromoteGateRequest request, string by, CancellationToken cancellation) =>
        changes.ChangeAsync(new PromoteGate(request.Force), request.Options, by, cancellation);

    public Task<ChangeResponse> RollBackAsync(RollBackGateRequest request, string by, CancellationToken cancellation) =>
        changes.ChangeAsync(new RollBackGate(), request.Options, by, cancellation);
}
