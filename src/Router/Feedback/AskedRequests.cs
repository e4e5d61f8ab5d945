using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Node.Membership;
using ExpertCluster.Node.Options;
using ExpertCluster.Router.Demand;
using ExpertCluster.Router.Options;
using ExpertCluster.Router.Planning;

namespace ExpertCluster.Router.Feedback;

/// <summary>What this router answered within the last hour, so that callers can say how it was. In memory, bounded; the oldest go.</summary>
internal sealed class AskedRequests(NodeOptions node, RouterOptions options, TimeProvider time)
{
    public static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>UTF-16 units of a text that are kept; gates read no more of it.</summary>
    public const int MostText = 4096;

    private const int MostRequests = 16_384;

    /// <summary>UTF-16 units of all texts: 16 MiB.</summary>
    private const int MostTexts = 8 << 20;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, AskedRequest> _requests = new(StringComparer.Ordinal);
    private readonly Queue<(string Id, long At)> _oldest = new();
    private int _texts;

    /// <summary>The first part of the keys of this router's requests.</summary>
    public string Router { get; } = RequestKey.OfRouter(HostMembers.SiloNameOf(NodeRole.Router, node.Name));

    public string NewId() => RequestKey.New(Router);

    /// <summary>An answer has begun.</summary>
    public void Add(CompletionRequest request, Plan plan)
    {
        string text = options.FeedbackTexts ? Cut(GateText.Of(request)) : "";
        var asked = new AskedRequest(plan.RequestId, request.IsAuto ? CompletionRequest.Auto : request.Model, [.. AskedExperts.Of(plan)], text, plan.Scores is null ? "" : plan.GateRevision);
        lock (_lock)
        {
            if (!_requests.TryAdd(asked.Id, asked))
            {
                return;
            }

            _oldest.Enqueue((asked.Id, time.GetTimestamp()));
            _texts += text.Length;
            while (_requests.Count > MostRequests || _texts > MostTexts || time.GetElapsedTime(_oldest.Peek().At) > Longest)
            {
                _requests.Remove(_oldest.Dequeue().Id, out var gone);
                _texts -= gone!.Text.Length;
            }
        }
    }

    /// <summary>Null: it is not remembered.</summary>
    public AskedRequest? Find(string id)
    {
        lock (_lock)
        {
            return _requests.GetValueOrDefault(id);
        }
    }

    /// <summary>Its end says most of what is asked; a pair of surrogates stays whole.</summary>
    private static string Cut(string text) => text.Length <= MostText ? text
        : text[(text.Length - MostText + (char.IsLowSurrogate(text[^MostText]) ? 1 : 0))..];
}
