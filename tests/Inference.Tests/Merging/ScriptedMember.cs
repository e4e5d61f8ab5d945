using ExpertCluster.Inference.Merging;

namespace ExpertCluster.Inference.Tests.Merging;

/// <summary>A member that a test plays.</summary>
internal sealed class ScriptedMember : IRemoteMember
{
    private Action _changed = static () => { };

    public List<int> Told { get; } = [];

    public TokenDistribution? Latest { get; private set; }

    public bool IsGone { get; private set; }

    public bool IsDisposed { get; private set; }

    public void Start(Action changed) => _changed = changed;

    public void Tell(int token) => Told.Add(token);

    public void Dispose() => IsDisposed = true;

    /// <summary>All of its probability is one token's.</summary>
    public void Give(int place, int token)
    {
        Latest = TokenDistribution.Read(place, [token], [0], 0, int.MaxValue);
        _changed();
    }

    public void Go()
    {
        IsGone = true;
        _changed();
    }
}
