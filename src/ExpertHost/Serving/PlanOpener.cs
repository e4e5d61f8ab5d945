using ExpertCluster.Catalogue;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Catalogue.Store;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.ExpertHost.Gating;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.Gating;
using ExpertCluster.Inference.Errors;
using ExpertCluster.Node.Lifetimes;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.ExpertHost.Serving;

/// <summary>Gets a plan's experts and gate ready: what the host lacks is read, by revision, while the request waits.</summary>
internal sealed class PlanOpener(ActivationRegistry activations, TokenGates gates, CatalogueHistory history)
{
    /// <summary>How long a request waits for a catalogue that its router has already, and this host will have in a moment.</summary>
    private static readonly TimeSpan CataloguePatience = TimeSpan.FromSeconds(2);

    /// <summary>An activation that is on its way out makes room for another one; twice in a row only where the catalogue changes without end.</summary>
    private const int Tries = 4;

    /// <exception cref="RequestRefusedException">
    /// FAILED_PRECONDITION: a revision is unknown here, or an expert can't be used; INVALID_ARGUMENT: no expert, or several bases.
    /// </exception>
    /// <exception cref="ExpertBusyException">An expert can't be loaded just now.</exception>
    public async Task<PlanLease> OpenAsync(GenerateRequest request, CancellationToken cancellation)
    {
        if (request.Experts.Count == 0)
        {
            throw new RequestRefusedException(StatusCode.InvalidArgument, "experts is empty; a plan names at least one");
        }

        var lease = new PlanLease();
        try
        {
            foreach (var expert in request.Experts)
            {
                await EnterAsync(lease, expert, isResumed: request.ResumeTokens.Count > 0, cancellation);
            }

            lease.RequireBase(request.Base);
            if (request.Scope == MergeScope.Token)
            {
                lease.Add(await EnterGateAsync(request, cancellation));
            }

            return lease;
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    /// <summary>An expert of a plan could not be brought into the runtime after all: its files went, or changed.</summary>
    /// <returns>What the caller is told.</returns>
    public Exception Fail(PlanLease lease, AdapterLoadException error)
    {
        var failed = lease.Experts.First(e => e.Activation.Adapter?.Name == error.Adapter).Activation;
        if (error.InnerException is ContentException away)
        {
            return new ExpertBusyException($"expert {failed.Expert} can't be loaded: {away.Message}", error);
        }

        return new RequestRefusedException(StatusCode.FailedPrecondition, activations.Fail(failed, error)) { Reason = FailureReasons.ExpertUnusable, Subject = failed.Expert };
    }

    private async Task EnterAsync(PlanLease lease, ExpertRef expert, bool isResumed, CancellationToken cancellation)
    {
        try
        {
            for (int i = 0; i < Tries; i++)
            {
                if (activations.Find(expert.Name, expert.Revision) is { } ready && ready.TryEnter())
                {
                    lease.Add(ready, expert.Weight, ready.IsInMemory);
                    lease.Add(await activations.HoldAsync(ready, cancellation));
                    return;
                }

                var made = await MakeAsync(expert, isResumed, cancellation);
                if (made.TryEnter())
                {
                    lease.Add(made, expert.Weight, wasReady: false);
                    lease.Add(await activations.HoldAsync(made, cancellation));
                    return;
                }
            }
        }
        catch (ExpertUnusableException error)
        {
            throw new RequestRefusedException(StatusCode.FailedPrecondition, error.Message) { Reason = FailureReasons.ExpertUnusable, Subject = expert.Name };
        }

        throw Unknown(expert);
    }

    // isResumed: an answer that began before the catalogue let the expert go ends with it.
    private async Task<ExpertActivation> MakeAsync(ExpertRef expert, bool isResumed, CancellationToken cancellation)
    {
        try
        {
            // What the catalogue has let go does not come back by waiting.
            bool isGone = !isResumed && history.Find(expert.Name, expert.Revision) is not null && history.Find(expert.Name, expert.Revision, evenGone: false) is null;
            if (isGone || await history.WaitAsync(h => h.Find(expert.Name, expert.Revision, evenGone: isResumed)?.Expert, CataloguePatience, cancellation) is null)
            {
                throw Unknown(expert);
            }

            return await activations.GetAsync(expert.Name, expert.Revision, cancellation);
        }
        catch (KeyNotFoundException)
        {
            throw Unknown(expert);
        }
    }

    private async Task<RetiringResource<TokenGateScorer>?> EnterGateAsync(GenerateRequest request, CancellationToken cancellation)
    {
        try
        {
            if (await history.WaitAsync(h => h.FindGates(request.GateRevision), CataloguePatience, cancellation) is null)
            {
                throw UnknownGates();
            }

            return await gates.EnterAsync(request.Base, request.GateRevision);
        }
        catch (KeyNotFoundException)
        {
            throw UnknownGates();
        }
        catch (ContentException error)
        {
            throw new ExpertBusyException(error.Message, error);
        }
        catch (Exception error) when (error is CatalogueException or GateFormatException)
        {
            throw new RequestRefusedException(StatusCode.FailedPrecondition, $"the token gate of base {request.Base} can't be used on this host") { Reason = FailureReasons.RevisionUnknown };
        }
    }

    private static RequestRefusedException Unknown(ExpertRef expert) =>
        new(StatusCode.FailedPrecondition, $"this host's catalogue has no such revision of expert {expert.Name}") { Reason = FailureReasons.RevisionUnknown, Subject = expert.Name };

    private static RequestRefusedException UnknownGates() =>
        new(StatusCode.FailedPrecondition, "this host's catalogue has no gates of this revision") { Reason = FailureReasons.RevisionUnknown };
}
