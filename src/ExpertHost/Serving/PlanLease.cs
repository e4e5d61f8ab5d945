using ExpertCluster.ExpertHost.Gating;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.Node.Lifetimes;
using ExpertCluster.Text.Chat;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.ExpertHost.Serving;

/// <summary>What a request's plan needs, held for as long as it runs: its experts, and at token scope the gate; all or nothing.</summary>
internal sealed class PlanLease : IDisposable
{
    private readonly List<(ExpertActivation Activation, double Weight)> _experts = [];
    private readonly List<IDisposable> _files = [];
    private RetiringResource<TokenGateScorer>? _gate;

    public IReadOnlyList<(ExpertActivation Activation, double Weight)> Experts => _experts;

    public BaseRuntime Runtime => _experts[0].Activation.Runtime;

    /// <summary>Null at request scope, and where the base has none.</summary>
    public TokenGateScorer? Gate => _gate?.Value;

    /// <summary>What conversations are rendered with: an adapter's own template where it is alone, else the base's.</summary>
    public FoundTemplate Template => _experts is [var only] && only.Activation.Template.IsThere ? only.Activation.Template : Runtime.Found;

    /// <summary>Whether an expert was not in memory when the plan came.</summary>
    public bool WasCold { get; private set; }

    public void Add(ExpertActivation activation, double weight, bool wasReady)
    {
        _experts.Add((activation, weight));
        WasCold |= !wasReady;
    }

    /// <summary>Keeps files that the engine may have to read for this plan.</summary>
    public void Add(IDisposable? files)
    {
        if (files is not null)
        {
            _files.Add(files);
        }
    }

    public void Add(RetiringResource<TokenGateScorer>? gate) => _gate = gate;

    /// <exception cref="RequestRefusedException">INVALID_ARGUMENT: the plan's experts are not of its base.</exception>
    public void RequireBase(string name)
    {
        if (_experts.FirstOrDefault(e => e.Activation.Runtime.Name != name).Activation is { } stray)
        {
            throw new RequestRefusedException(StatusCode.InvalidArgument, $"expert {stray.Expert} runs on base {stray.Runtime.Name}, not on {name}");
        }

        if (_experts.FirstOrDefault(e => e.Activation.Runtime != Runtime).Activation is { } other)
        {
            throw new RequestRefusedException(StatusCode.InvalidArgument, $"experts {_experts[0].Activation.Expert} and {other.Expert} are of two revisions of base {name}");
        }
    }

    public void Dispose()
    {
        foreach (var (activation, _) in _experts)
        {
            activation.Leave();
        }

        _experts.Clear();
        _files.ForEach(files => files.Dispose());
        _files.Clear();
        _gate?.Leave();
        _gate = null;
    }
}
