namespace ExpertCluster.Sessions;

/// <summary>One user's stay in a <see cref="Lifetime"/>. Dispose of it once.</summary>
public readonly struct Use : IDisposable
{
    private readonly Lifetime? _lifetime;

    internal Use(Lifetime lifetime) => _lifetime = lifetime;

    public void Dispose() => _lifetime?.Leave();
}
