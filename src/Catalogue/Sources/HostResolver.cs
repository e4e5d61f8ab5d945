using System.Net;

namespace ExpertCluster.Catalogue.Sources;

/// <summary>The addresses of a name.</summary>
public delegate Task<IPAddress[]> HostResolver(string host, CancellationToken cancellation);
