using ExpertCluster.Catalogue.Desired;

namespace ExpertCluster.Cli.Running;

/// <summary>What the admin API of a cluster wants.</summary>
internal interface IDesiredFeed
{
    /// <summary>As it was heard last; null: nothing was heard yet.</summary>
    DesiredState? Current { get; }

    /// <summary>Ends when something was heard that is not this.</summary>
    Task OtherThanAsync(DesiredState? known, CancellationToken cancellation);
}
