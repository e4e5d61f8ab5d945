using ExpertCluster.Contracts;

namespace ExpertCluster.Router.Apis;

/// <summary>
/// A face that clients speak to. Each has a folder here, maps its own words to <see cref="Contracts.Completions"/> and back, and
/// gives <see cref="Contracts.Failures"/> its own statuses.
/// </summary>
internal interface IApi : IPolicy
{
    /// <summary>Whether it is for operators, who may have ports of their own; else for clients.</summary>
    bool IsAdmin => false;

    void Map(IEndpointRouteBuilder endpoints);
}
