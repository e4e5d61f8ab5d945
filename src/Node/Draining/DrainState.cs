namespace ExpertCluster.Node.Draining;

/// <summary>Whether this process drains, and takes nothing new: SIGTERM came, or an operator asked for it, who may take it back.</summary>
public sealed class DrainState
{
    private volatile bool _stopping;
    private volatile bool _ordered;

    public bool Draining => _stopping || _ordered;

    /// <summary>SIGTERM came: there is no way back.</summary>
    public bool Stopping => _stopping;

    public void Begin() => _stopping = true;

    /// <summary>What an operator wants.</summary>
    /// <returns>Whether that is new.</returns>
    public bool Order(bool drain)
    {
        bool isNew = _ordered != drain;
        _ordered = drain;
        return isNew;
    }
}
