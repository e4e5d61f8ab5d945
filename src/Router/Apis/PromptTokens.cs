using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Backends.Hosts;
using ExpertCluster.V1;

namespace ExpertCluster.Router.Apis;

/// <summary>What prompts are in the tokens of a model's base, as a host of that base sees them.</summary>
internal sealed class PromptTokens(HostTexts texts, ICatalogueSource catalogue)
{
    /// <summary>Of a conversation, rendered.</summary>
    /// <exception cref="RequestFailedException">There is no such model, or no host of its base, or the host refuses it.</exception>
    public Task<TokenizeResponse> OfAsync(CompletionRequest request, CancellationToken cancellation)
    {
        var (name, revision) = BaseOf(request.Model);
        var message = new TokenizeRequest { Base = name, Messages = HostRequests.MessagesOf(request), Chat = HostRequests.ChatOf(request) };
        return texts.AskAsync(revision, (client, token) => client.TokenizeAsync(message, cancellationToken: token), cancellation);
    }

    /// <summary>Of a model by name; without one, the only base there is.</summary>
    /// <exception cref="RequestFailedException">There is no such model, or there are several bases.</exception>
    public (string Name, string Revision) BaseOf(string model)
    {
        var snapshot = catalogue.Current;
        if (model is not ("" or CompletionRequest.Auto))
        {
            if (snapshot.FindRemote(model) is not null)
            {
                throw new RequestFailedException(FailureKind.InvalidArgument, $"model: \"{model}\" is a remote model, whose tokens are not known here", "model");
            }

            var expert = snapshot.FindExpert(model)
                ?? throw new RequestFailedException(FailureKind.UnknownModel, $"model: there is no expert or base \"{RequestLimits.Shorten(model)}\"", "model");
            return (expert.Base, RevisionOf(expert.Base));
        }

        string[] bases = [.. snapshot.Experts.Select(e => e.Base).Distinct(StringComparer.Ordinal).Take(2)];
        return bases.Length == 1
            ? (bases[0], RevisionOf(bases[0]))
            : throw new RequestFailedException(FailureKind.InvalidArgument, "model is needed: there are several bases, each with tokens of its own", "model");

        string RevisionOf(string name) => Revisions.Of(snapshot.BasesByName[name].Folder);
    }
}
