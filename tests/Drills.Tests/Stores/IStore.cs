using ExpertCluster.Drills.Support;

namespace ExpertCluster.Drills.Stores;

/// <summary>A membership store on a machine of its own, which drills stop, start and empty.</summary>
internal interface IStore : IAsyncDisposable
{
    /// <summary>The value of EXPERTCLUSTER__CLUSTERING.</summary>
    string Clustering { get; }

    /// <summary>For nodes.</summary>
    string ConnectionString { get; }

    /// <summary>The same with a password that the store refuses.</summary>
    string WrongConnectionString { get; }

    Machine Machine { get; }

    /// <summary>Until it takes connections. What it held before is there again.</summary>
    Task StartAsync();

    /// <summary>As a machine that loses its power.</summary>
    Task KillAsync();

    /// <summary>Everything in it is gone, tables too.</summary>
    Task EmptyAsync();
}
