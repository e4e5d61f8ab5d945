namespace ExpertCluster.Router.Discovery;

/// <summary>Asks hosts for their health.</summary>
internal interface IHostProbe
{
    /// <summary>Whether a host is ready, by its own word or because nobody listens there; null where it is silent.</summary>
    Task<bool?> AskAsync(string host, string address, TimeSpan patience, CancellationToken cancellation);
}
