namespace ExpertCluster.Inference.Merging;

/// <summary>
/// The members of one sequence's ensemble that compute elsewhere, place by place. For the loop alone. A member is waited for while it keeps up: one that was late is waited
/// for again when it has answered the place before.
/// </summary>
internal sealed class MemberTurns : IDisposable
{
    private readonly EnsembleMember[] _members;
    private readonly double _ownWeight;
    private readonly MemberPatience _patience;
    private readonly Countdown _countdown;
    private readonly float[] _own;
    private readonly TokenDistribution?[] _present;
    private float[] _shares;
    private int _firstPlace = -1;
    private int _place;

    /// <param name="members">At least one.</param>
    /// <param name="ownWeight">Of the branches together.</param>
    /// <param name="patience">For each token.</param>
    /// <param name="vocabulary">Logits of a row.</param>
    /// <param name="time">By which it is late.</param>
    /// <param name="wake">Called when there may be something to draw.</param>
    public MemberTurns(IReadOnlyList<EnsembleMember> members, double ownWeight, MemberPatience patience, int vocabulary, TimeProvider time, Action wake)
    {
        (_members, _ownWeight, _patience) = ([.. members], ownWeight, patience);
        _own = new float[vocabulary];
        _present = new TokenDistribution?[_members.Length];
        _shares = new float[_members.Length];
        _countdown = new Countdown(time, wake);
        foreach (var member in _members)
        {
            member.Source.Start(wake);
        }
    }

    /// <summary>Of the token that is drawn now: what each member has of it, 0 where it was left out. Another list where one differs from the token before.</summary>
    public IReadOnlyList<float> Shares => _shares;

    /// <summary>Of the token that is drawn now: what the branches have together.</summary>
    public float OwnShare { get; private set; } = 1;

    /// <summary>The engine's own part of a token is there.</summary>
    /// <param name="place">Of the token.</param>
    /// <param name="probabilities">[vocabulary]; copied.</param>
    public void Await(int place, ReadOnlySpan<float> probabilities)
    {
        probabilities.CopyTo(_own);
        _place = place;
        _firstPlace = _firstPlace < 0 ? place : _firstPlace;
        _countdown.Start(place == _firstPlace ? _patience.First : _patience.Next);
    }

    /// <summary>Whether the token can be drawn: nobody is waited for any more. Where not, there will be a call when that may be so.</summary>
    public bool IsReady() => HaveAnswered() || _countdown.IsOver();

    /// <summary>Adds what is there to what the branches give.</summary>
    public ReadOnlySpan<float> Merge(BranchMerge merge)
    {
        double total = _ownWeight;
        for (int i = 0; i < _members.Length; i++)
        {
            _present[i] = _members[i].Source.Latest is { } latest && latest.Place == _place ? latest : null;
            total += _present[i] is null ? 0 : _members[i].Weight;
        }

        OwnShare = (float)(_ownWeight / total);
        merge.Begin(_own, OwnShare);
        for (int i = 0; i < _members.Length; i++)
        {
            float share = _present[i] is null ? 0 : (float)(_members[i].Weight / total);
            if (share != _shares[i])
            {
                _shares = [.. _shares];
                _shares[i] = share;
            }

            if (_present[i] is { } distribution)
            {
                merge.Add(distribution, _own, share);
            }
        }

        return merge.End();
    }

    /// <summary>The token was drawn.</summary>
    public void Tell(int token)
    {
        foreach (var member in _members)
        {
            member.Source.Tell(token);
        }
    }

    public void Dispose()
    {
        _countdown.Dispose();
        foreach (var member in _members)
        {
            member.Source.Dispose();
        }
    }

    private bool HaveAnswered()
    {
        foreach (var member in _members)
        {
            int answered = member.Source.Latest?.Place ?? -1;
            bool keepsUp = _place == _firstPlace || answered >= _place - 1;
            if (answered != _place && keepsUp && !member.Source.IsGone)
            {
                return false;
            }
        }

        return true;
    }
}
