using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.V1;

namespace ExpertCluster.Router.Apis.Admin;

/// <summary>Adapters come and go while their caller waits, as other servers' calls have it: what can't be loaded leaves nothing behind, and what was loaded stays.</summary>
internal sealed class AdapterLoads(AdminChanges changes, ICatalogueSource catalogue)
{
    private const int WaitSeconds = 120;

    /// <param name="spec">What shall be.</param>
    /// <param name="reason">For the record of changes.</param>
    /// <param name="field">Which says where the adapter is, for messages.</param>
    /// <param name="by">Who asks.</param>
    /// <param name="cancellation">Of the caller.</param>
    /// <exception cref="RequestFailedException">It can't be loaded, or nobody prepares it in time.</exception>
    public async Task LoadAsync(ExpertSpec spec, string reason, string field, string by, CancellationToken cancellation)
    {
        bool isKnown = catalogue.Current.HasExpert(spec.Name);
        var answer = await changes.ApplyAsync(new ApplyExpertRequest { Expert = spec, Options = Options(reason) }, by, cancellation);
        if (answer.Failure.Length > 0)
        {
            if (!isKnown)
            {
                await changes.RemoveAsync(new RemoveExpertRequest { Name = spec.Name, Options = new ChangeOptions { Reason = $"{reason} failed" } }, by, cancellation);
            }

            throw new RequestFailedException(Failure.Invalid(field, answer.Failure));
        }

        ThrowUnlessServed(answer);
    }

    /// <exception cref="RequestFailedException">There is no such one, or nobody takes it away in time.</exception>
    public async Task UnloadAsync(string name, string reason, string by, CancellationToken cancellation) =>
        ThrowUnlessServed(await changes.RemoveAsync(new RemoveExpertRequest { Name = name, Options = Options(reason) }, by, cancellation));

    private static ChangeOptions Options(string reason) => new() { WaitSeconds = WaitSeconds, Reason = reason };

    private static void ThrowUnlessServed(ChangeResponse answer)
    {
        if (!answer.Served)
        {
            throw new RequestFailedException(
                FailureKind.Unavailable, $"the change is stored as version {answer.Version} and was not served within {WaitSeconds} seconds: no keeper prepares it");
        }
    }
}
