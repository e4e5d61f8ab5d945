using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Router.Apis.Responses;

/// <summary>What there is of a response.</summary>
/// <param name="Status">Of the whole.</param>
internal sealed record ResponseState(string Status)
{
    /// <summary>Each with its own status.</summary>
    public IReadOnlyList<(OutputItem Item, string Status)> Output { get; init; } = [];

    public Usage? Usage { get; init; }

    public Plan? Plan { get; init; }

    /// <summary>Who gave which; told with the plan.</summary>
    public IReadOnlyList<Token> Tokens { get; init; } = [];

    /// <summary>Why it failed; null: it has not.</summary>
    public Failure? Failure { get; init; }
}
