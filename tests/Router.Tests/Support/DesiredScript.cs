using ExpertCluster.Catalogue.Desired;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Node.Membership;
using ExpertCluster.Router.Desired;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExpertCluster.Router.Tests.Support;

/// <summary>The grain that holds the desired state, by the product's own rules, in memory.</summary>
internal sealed class DesiredScript : IDisposable
{
    private readonly ScriptedCluster _cluster = ScriptedCluster.Start();

    public DesiredScript(ICatalogueSource catalogue, TimeProvider time)
    {
        _cluster.Desired = known => Failure is { } failure ? throw failure
            : new DesiredDocument { Version = State.Version, Document = known == State.Version ? null : DesiredStateJson.Write(State) };
        _cluster.Change = change => Change(change, catalogue, time);
        var join = new ClusterJoin();
        join.Join();
        States = new DesiredStates(_cluster.Factory, join, time, NullLogger<DesiredStates>.Instance);
    }

    public DesiredState State { get; set; } = DesiredState.Empty;

    /// <summary>What callers get instead of an answer.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Called after a change is stored, and before its answer is sent.</summary>
    public Action? Changed { get; set; }

    /// <summary>What a router has.</summary>
    public DesiredStates States { get; }

    public void Dispose() => States.Dispose();

    private DesiredOutcome Change(string change, ICatalogueSource catalogue, TimeProvider time)
    {
        if (Failure is { } failure)
        {
            throw failure;
        }

        try
        {
            State = DesiredStateEditor.Change(State, DesiredStateJson.ReadChange(change), catalogue.Current, time.GetUtcNow());
            Changed?.Invoke();
            return new DesiredOutcome { Version = State.Version };
        }
        catch (RequestFailedException error)
        {
            return new DesiredOutcome { FailureKind = error.Failure.Kind.ToString(), Message = error.Failure.Message, Field = error.Failure.Field };
        }
    }
}
